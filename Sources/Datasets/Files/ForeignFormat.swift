import PlainText

/// A file of a format that is not read here, recognized by its first bytes.
public struct ForeignFormat: Equatable, Sendable {
  /// "a Parquet file"
  let name: String
  /// What makes a file of it that can be read.
  let cure: String

  /// What is wrong, and what to do.
  var sentence: String { "this is \(name); \(cure)" }

  /// `nil`: none is recognized.
  init?(_ probe: Probe) {
    guard probe.names == nil, let known = Self(probe.start, path: probe.path) else { return nil }
    self = known
  }

  private init(_ name: String, _ cure: String) { (self.name, self.cure) = (name, cure) }

  private init?(_ start: [UInt8], path: String) {
    let file = Self.shellWord(path)
    let stem = Self.shellWord(Self.stem(path))
    func pandas(_ reader: String) -> String {
      "convert it with: python3 -c 'import pandas; pandas.\(reader)(\"\(Self.pythonText(path))\")"
        + ".to_csv(\"\(Self.pythonText(Self.stem(path))).csv\", index=False)'"
    }
    let isExcel = ["xlsx", "xlsm", "xls", "ods"].contains(Self.suffix(path))
    for (bytes, name, cure) in [
      ([0x50, 0x41, 0x52, 0x31], "a Parquet file", pandas("read_parquet")),
      (
        [0x50, 0x4B, 3, 4], isExcel ? "an Excel workbook" : "a zip archive",
        isExcel ? pandas("read_excel") : "unpack it with: unzip \(file)"
      ),
      ([0xD0, 0xCF, 0x11, 0xE0], "an old Excel workbook", pandas("read_excel")),
      ([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0], "an xz file", "decompress it with: xz -dk \(file)"),
      ([0x42, 0x5A, 0x68], "a bzip2 file", "decompress it with: bunzip2 -k \(file)"),
      ([0x28, 0xB5, 0x2F, 0xFD], "a zstd file", "decompress it with: zstd -dk \(file)"),
      ([0x37, 0x7A, 0xBC, 0xAF], "a 7-Zip archive", "unpack it with: 7z x \(file)"),
      ([0x41, 0x52, 0x52, 0x4F, 0x57, 0x31], "a Feather file", pandas("read_feather")),
      ([0x89, 0x48, 0x44, 0x46], "an HDF5 file", pandas("read_hdf")),
      (
        Array("SQLite format 3".utf8), "an SQLite database",
        "export a table of it with: sqlite3 -header -csv \(file) 'SELECT * FROM NAME' > \(stem).csv"
      ),
      (Array("%PDF".utf8), "a PDF", "copy its table into a CSV file"),
    ] as [([UInt8], String, String)] where start.starts(with: bytes) {
      self.init(name, cure)
      return
    }
    let text = String(decoding: start, as: UTF8.self).trimmingPrefix("\u{FEFF}").drop(while: \.isWhitespace)
    if Self.isJSON(text) {
      let isLines = text.hasPrefix("{") && text.contains("}\n{")
      self.init(
        "JSON",
        "convert it with: python3 -c 'import pandas; pandas.read_json(\"\(Self.pythonText(path))\""
          + (isLines ? ", lines=True" : "")
          + ").to_csv(\"\(Self.pythonText(Self.stem(path))).csv\", index=False)'")
    } else if text.lowercased().hasPrefix("<!doctype html") || text.lowercased().hasPrefix("<html") {
      self.init("a web page", "fetch the data file itself, which the page links to")
    } else if text.hasPrefix("<?xml") {
      self.init("XML", pandas("read_xml"))
    } else if Self.isARFF(text) {
      self.init(
        "ARFF", "take its rows with: sed '1,/^@data/Id; /^%/d' \(file) > \(stem).csv (they have no header)")
    } else {
      return nil
    }
  }

  /// A brace or bracket that something of JSON follows: a table's first row is not like that.
  private static func isJSON(_ text: Substring) -> Bool {
    guard let first = text.first, first == "{" || first == "[" else { return false }
    let next = text.dropFirst().drop(while: \.isWhitespace).first
    return first == "{" ? next == "\"" || next == "}" : next == "{" || next == "["
  }

  private static func isARFF(_ text: Substring) -> Bool {
    for line in text.split(separator: "\n") where !line.hasPrefix("%") {
      return line.lowercased().hasPrefix("@relation")
    }
    return false
  }

  private static func suffix(_ path: String) -> String {
    path.split(separator: ".").last.map { $0.lowercased() } ?? ""
  }

  private static func stem(_ path: String) -> String {
    guard let point = path.lastIndex(of: "."), !path[point...].contains("/"), point > path.startIndex else {
      return path == "-" ? "data" : path
    }
    return String(path[..<point])
  }

  /// The text quoted so that a shell takes it for one word.
  private static func shellWord(_ text: String) -> String {
    let text = sanitized(text, limit: 200)
    let isPlain = text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "._-/".contains($0)) }
    return isPlain ? text : "'\(text.replacing("'", with: "'\\''"))'"
  }

  /// Between double quotation marks in Python, between single ones in a shell.
  private static func pythonText(_ text: String) -> String {
    sanitized(text, limit: 200).replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
      .replacing("'", with: "'\\''")
  }
}

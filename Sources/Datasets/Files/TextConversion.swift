import Experiment
import Glibc

/// Text in an encoding that the C library has a table of, as UTF-8.
enum TextConversion {
  /// A character of one byte has three in UTF-8 at most, and others gain fewer.
  private static let growth = 3

  /// - Throws: if the machine has no table of the encoding, or the bytes are no text in it.
  static func utf8(
    _ bytes: [UInt8], from encoding: TextEncoding, file: String
  ) throws(DataError) -> [UInt8] {
    try checkMemory(bytes: (growth + 1) * bytes.count, file: file)
    guard let name = encoding.libraryName, let converter = iconv_open("UTF-8", name),
      Int(bitPattern: converter) != -1
    else { throw DataError(.file(.unknownEncoding(encoding)), file: file) }
    defer { iconv_close(converter) }
    var input = bytes
    var output = [UInt8](repeating: 0, count: growth * bytes.count + 16)
    let (left, free) = input.withUnsafeMutableBytes { source in
      output.withUnsafeMutableBytes { target in
        var from = source.baseAddress?.assumingMemoryBound(to: CChar.self)
        var to = target.baseAddress?.assumingMemoryBound(to: CChar.self)
        var (left, free) = (source.count, target.count)
        if iconv(converter, &from, &left, &to, &free) != -1, left == 0 {
          _ = iconv(converter, nil, nil, &to, &free)
        }
        return (left, free)
      }
    }
    guard left == 0 else {
      let line = bytes[..<(bytes.count - left)].count { $0 == newline } + 1
      throw DataError(.file(.otherEncoding(encoding)), file: file, line: line)
    }
    output.removeLast(free)
    return output
  }
}

extension TextEncoding {
  /// What the C library calls an encoding whose texts are converted as a whole; `nil` for those that cells are decoded
  /// from.
  var libraryName: String? {
    switch self {
    case .utf8, .latin1, .utf16: nil
    case .gb18030: "GB18030"
    case .big5: "BIG5-HKSCS"
    case .shiftJIS: "CP932"
    case .eucJP: "EUC-JP"
    case .eucKR: "CP949"
    case .windows1250: "CP1250"
    case .windows1251: "CP1251"
    case .koi8r: "KOI8-R"
    }
  }
}

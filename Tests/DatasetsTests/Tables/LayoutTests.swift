import Datasets
import Experiment
import Foundation
import Testing

/// What surrounds the rows of a table: headers, titles, comments, quotation marks, encodings.
@Suite struct LayoutTests: TableSuite {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  /// Rows of three columns, of which the last is the class.
  private func rows(_ count: Int = 12, _ separator: String = ",", end: String = "") -> String {
    (0..<count).map { "\($0 * 5 % 7)\(separator)\($0 * 3 % 5)\(separator)\($0 % 2)\(end)\n" }.joined()
  }

  // MARK: Header

  @Test func aFileWithoutAHeaderKeepsItsFirstRowEverywhere() throws {
    let text = (0..<90).map { "\(["sun", "rain", "fog"][$0 / 9 % 3]),\(["a", "b"][$0 % 2]),\($0 % 9)\n" }
      .joined()
    let dataset = try load(text) { $0.target = "1" }
    #expect(dataset.training.rows == 90)
    let one = try scratch.write("sun,4\n", as: "one.csv")
    #expect(try dataset.preparation.inputs(from: one).rows == 1)
    let three = try scratch.write("sun,a,4\nrain,b,3\nfog,a,2\n", as: "three.csv")
    #expect(try dataset.preparation.table(from: three).table.rows == 3)
  }

  @Test func anEmptyFirstNameIsOneOfAHeaderOverTexts() throws {
    let text = (0..<40).map { "r\($0),\(["red", "blue"][$0 % 2]),\(["y", "n", "n"][$0 % 3])\n" }.joined()
    let dataset = try load(",color,kind\n" + text)
    #expect(dataset.targetName == "kind" && dataset.classNames == ["n", "y"] && dataset.training.rows == 40)
  }

  @Test(arguments: [",0,1,2,3", "country,1990,1991,1992,1993"])
  func numbersThatCountUpAreAHeader(header: String) throws {
    let body = (0..<40).map { row in
      "c\(row % 4)," + (0..<4).map { "\(100 + $0).\((row * 7 + $0 * 3) % 10)" }.joined(separator: ",") + "\n"
    }
    let dataset = try load(header + "\n" + body.joined())
    #expect(dataset.targetName == header.split(separator: ",").last.map(String.init))
    #expect(dataset.training.rows == 40)
    #expect(dataset.notes.contains { $0.contains("--header no") })
  }

  @Test func theHeaderCanBeSaid() throws {
    let named = try load("1,2,3\n" + rows()) { $0.reading.header = .yes }
    #expect(named.targetName == "3" && named.training.rows == 12)
    let bare = try load("a,b,c\n" + (0..<9).map { "x\($0 % 2),y\($0 % 3),\(["u", "v"][$0 % 2])\n" }.joined())
    {
      $0.reading.header = .no
    }
    #expect(bare.targetName == "x2" && bare.training.rows == 10)
  }

  @Test func anIndexNamesNoColumnOfARow() throws {
    let text = (0..<20).map { "\"\($0 % 2 + 1)\",\"\($0 % 2 == 0 ? "bad, again" : "good, as ever")\"\n" }
      .joined()
    let dataset = try load(text) { ($0.text, $0.target) = ("1", "0") }
    #expect(dataset.classNames == ["1", "2"] && dataset.training.rows == 20)
  }

  @Test func namesOfRowsNeedNoName() throws {
    let text = "a,b,y\n" + (0..<30).map { "\($0),\($0 % 7),\($0 % 5),\($0 % 2)\n" }.joined()
    let dataset = try load(text)
    #expect(dataset.featureNames == ["a", "b"] && dataset.training.rows == 30)
    #expect(dataset.notes.contains { $0.contains("no name for the first column") })
  }

  /// Rows of three numbers under a header that names the last column alone.
  @Test(arguments: [",,y\n", "Report of 2024,,\n,,y\n", "\"\",\"\",y\n"])
  func aHeaderWithBlankNamesIsKept(start: String) throws {
    let body = (0..<30).map { "\($0 * 7 % 11).5,\($0 * 5 % 7).5,\($0 % 5).5\n" }.joined()
    for header in [nil, Answer.yes] {
      let dataset = try load(start + body) { $0.reading.header = header }
      #expect(dataset.targetName == "y" && dataset.training.rows == 30, "\(dataset.notes)")
      #expect(dataset.featureNames == ["x0", "x1"])
      #expect(dataset.notes.contains { $0.contains("names only y") && $0.contains("--header no") })
      #expect(!dataset.notes.contains { $0.contains("fewer cells") })
      for other in [",,y\n1.5,2.5,3.5\n", ",\n1.5,2.5\n", "x1,x0\n2.5,1.5\n"] {
        let inputs = try dataset.preparation.inputs(from: try scratch.write(other, as: "other.csv"))
        #expect(inputs.rows == 1 && inputs.row(0) == inputs.row(0), "\(other)")
        #expect(abs(dataset.featureScaling.restored(inputs.row(0)[1], at: 1) - 2.5) < 0.01, "\(other)")
      }
    }
    let bare = try load(start + body) { $0.reading.header = .no }
    #expect(bare.targetName == "x2" && bare.training.rows == 30)
    #expect(bare.notes.contains { $0.contains("skipped") && !$0.contains("fewer cells") })
  }

  /// Blank names over numbers, beside names over texts.
  @Test(arguments: [",,kind\n", ",,color,kind\n"]) func blankNamesMayStandOverNumbers(header: String) throws {
    let hasColor = header.contains("color")
    let body = (0..<30).map {
      "\($0 * 7 % 11).5,\($0 * 5 % 7).5,\(hasColor ? "\(["red", "blue"][$0 % 2])," : "")\(["u", "v", "v"][$0 % 3])\n"
    }
    let dataset = try load(header + body.joined())
    #expect(dataset.targetName == "kind" && dataset.training.rows == 30, "\(dataset.notes)")
    #expect(dataset.featureNames.prefix(2) == ["x0", "x1"])
  }

  // MARK: Around the table

  @Test(arguments: [
    "# made 2024\na,b,y\n", "# made, 2024\n# by hand\na,b,y\n", "% a\na,b,y\n", "# a,b,y\n",
    "# made\n#a,b,y\n",
    "Report of 2024\n\na,b,y\n", "Report,,\na,b,y\n", "\"a\",\"b\",\"y\",\n",
  ])
  func linesBeforeTheTableAreSkipped(start: String) throws {
    let dataset = try load(start + rows())
    #expect(dataset.featureNames == ["a", "b"], "\(dataset.notes)")
    #expect(dataset.targetName == "y" && dataset.training.rows == 12)
  }

  @Test func aNumberSignCanBeTheNameOfAColumn() throws {
    let dataset = try load("#,b,y\n" + rows())
    #expect(dataset.featureNames == ["#", "b"])
  }

  @Test func theSeparatorCanBeNamedInTheFirstLine() throws {
    #expect(try load("sep=;\na;b;y\n" + rows(12, ";")).featureNames == ["a", "b"])
    #expect(try load("sep=,\na,b,y\n" + rows()).featureNames == ["a", "b"])
  }

  @Test func delimitersAtTheEndsOfRowsMeanNothing() throws {
    #expect(try load("a,b,y,\n" + rows(end: ",")).targetName == "y")
    #expect(try load("a,b,y\n" + rows(end: ",")).featureNames == ["a", "b"])
    #expect(try load(rows(end: ",")).targetName == "x2")
  }

  @Test func anyCharacterCanSeparate() throws {
    let dataset = try load("a^b^y\n" + rows(12, "^")) { $0.reading.delimiter = "^" }
    #expect(dataset.featureNames == ["a", "b"])
    let error = loadFailure(
      {
        var options = DataOptions(path: $0); options.reading.delimiter = "ab"; return options
      }(
        try scratch.write(rows())))
    #expect(error?.reason == .table(.noDelimiter("ab")))
  }

  @Test func blanksMaySeparateWhereATabDoesOnce() throws {
    let text = (0..<30).map { "\(10 + $0 % 9).0   \($0 % 5 + 3)   \($0 % 4)\t\"car \($0)\"\n" }.joined()
    let dataset = try load(text) { $0.target = "0" }
    #expect(dataset.featureNames == ["x1", "x2"])
  }

  // MARK: Quotation marks

  @Test func quotationMarksBetweenTabsAreText() throws {
    var lines = (0..<60).map { $0 % 4 == 0 ? "spam\tcall now" : "ham\tsee you" }
    lines[20] = "ham\t\"see you"
    lines[25] = "ham\tlater\""
    lines[30] = "ham\t\"hi\" he said"
    let dataset = try load("label\ttext\n" + lines.joined(separator: "\n")) {
      ($0.text, $0.target) = ("text", "label")
    }
    #expect(dataset.training.rows == 60)
  }

  @Test func aQuotedCellBetweenTabsMayHaveLines() throws {
    let text = "a\tb\ty\n" + (0..<12).map { "\($0)\t\"u\nv\($0 % 2)\"\t\($0 % 2)\n" }.joined()
    #expect(try load(text).featureNames == ["a", "b=u\nv0", "b=u\nv1"])
  }

  @Test func theQuotationMarkCanBeSaid() throws {
    let single = try load("a,b,y\n" + (0..<8).map { "\($0 * 3 % 5),'u,\($0 % 2)',\($0 % 2)\n" }.joined()) {
      $0.reading.quote = "'"
    }
    #expect(single.featureNames == ["a", "b=u,0", "b=u,1"])
    let none = try load("a,b,y\n" + (0..<8).map { "\($0 * 3 % 5),\"u\($0 % 2),\($0 % 2)\n" }.joined()) {
      $0.reading.quote = "none"
    }
    #expect(none.featureNames == ["a", "b=\"u0", "b=\"u1"])
  }

  // MARK: Encodings

  private let names = ["José", "Josè", "Ana"]

  private func named() -> String {
    "x,name\n" + (0..<30).map { "\($0 * 7 % 13),\(names[$0 % 3])\n" }.joined()
  }

  @Test func latin1IsRecognizedAndKept() throws {
    let bytes = Array(named().data(using: .isoLatin1) ?? Data())
    let path = try scratch.write(bytes)
    let dataset = try Dataset.load(DataOptions(path: path, validation: 0, test: 0), seed: 0)
    #expect(dataset.classNames == ["Ana", "José", "Josè"].sorted())
    #expect(dataset.notes.contains { $0.contains("--encoding") })
    #expect(try dataset.preparation.table(from: path).table == dataset.training)
  }

  @Test(arguments: [String.Encoding.utf16LittleEndian, .utf16BigEndian])
  func utf16IsReadByItsMark(encoding: String.Encoding) throws {
    let mark: [UInt8] = encoding == .utf16LittleEndian ? [0xFF, 0xFE] : [0xFE, 0xFF]
    let path = try scratch.write(mark + Array(named().data(using: encoding) ?? Data()))
    let dataset = try Dataset.load(DataOptions(path: path, validation: 0, test: 0), seed: 0)
    #expect(dataset.classNames == ["Ana", "José", "Josè"].sorted())
    #expect(dataset.preparation.reading?.encoding == .utf16)
    // Other files may be in UTF-8.
    #expect(try dataset.preparation.table(from: path).table == dataset.training)
    let other = try scratch.write(named(), as: "other.csv")
    #expect(try dataset.preparation.table(from: other).table == dataset.training)
  }

  @Test func utf16IsReadWithoutAMarkWhereItIsSaid() throws {
    let path = try scratch.write(Array(named().data(using: .utf16LittleEndian) ?? Data()))
    var options = DataOptions(path: path, validation: 0, test: 0)
    options.reading.encoding = .utf16
    let dataset = try Dataset.load(options, seed: 0)
    #expect(dataset.classNames == ["Ana", "José", "Josè"].sorted())
    #expect(try dataset.preparation.table(from: path).table == dataset.training)
  }

  @Test func bytesThatAreNotOfTheEncodingAreAnError() throws {
    let path = try scratch.write(Array("a,b\n1,é\n2,".utf8) + [0xE9, 10] + Array("3,é\n4,e\n".utf8))
    #expect(loadFailure(DataOptions(path: path, validation: 0, test: 0))?.reason == .table(.notUTF8))
  }

  // MARK: Other files

  private static let foreign: [([UInt8], String, String)] = [
    (Array("{\"a\": [1, 2]}".utf8), "a.json", "read_json"),
    (Array("[{\"a\": 1}, {\"a\": 2}]".utf8), "a.json", "read_json"),
    (Array("{\"a\": 1}\n{\"a\": 2}\n".utf8), "a.jsonl", "lines=True"),
    (Array("% c\n@RELATION iris\n@DATA\n1,2\n".utf8), "a.arff", "sed"),
    (Array("PAR1".utf8) + [0, 1], "a.parquet", "read_parquet"),
    ([0x50, 0x4B, 3, 4, 0], "a.xlsx", "read_excel"), ([0x50, 0x4B, 3, 4, 0], "a.zip", "unzip"),
    ([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0, 0], "a.csv.xz", "xz -dk"), (Array("BZh9".utf8), "a.bz2", "bunzip2"),
    (Array("<!DOCTYPE html><html>".utf8), "a.csv", "web page"),
  ]

  @Test(arguments: foreign.indices)
  func filesOfOtherProgramsAreNamedWithACommand(index: Int) throws {
    let (bytes, name, words) = Self.foreign[index]
    let error = try #require(loadFailure(DataOptions(path: try scratch.write(bytes, as: name))))
    #expect(error.description.contains(words), "\(error)")
  }

  @Test func aFolderNamedAsAnImagesFileIsPassedOver() throws {
    for name in ["train-images-idx3-ubyte", "train-labels-idx1-ubyte"] {
      try FileManager.default.createDirectory(
        atPath: "\(scratch.path)/\(name)", withIntermediateDirectories: true)
    }
    _ = try scratch.write(idx([20, 2, 2], (0..<80).map { UInt8($0) }), as: "train-images.idx3-ubyte")
    _ = try scratch.write(idx([20], (0..<20).map { UInt8($0 % 2) }), as: "train-labels.idx1-ubyte")
    #expect(
      try Dataset.load(DataOptions(path: scratch.path, validation: 0, test: 0), seed: 0).training.rows == 20)
  }
}

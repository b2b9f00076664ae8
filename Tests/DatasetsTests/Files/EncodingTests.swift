import Datasets
import Experiment
import Testing

/// Files in the encodings of other languages.
@Suite struct EncodingTests: TableSuite {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  struct Sample: Sendable, CustomTestStringConvertible {
    var encoding: TextEncoding
    /// A name of a column and two classes, in the encoding and as text.
    var bytes: [[UInt8]]
    var texts: [String]
    var testDescription: String { encoding.rawValue }
  }

  static let samples = [
    Sample(
      encoding: .gb18030,
      bytes: [[0xC0, 0xE0, 0xB1, 0xF0], [0xBA, 0xEC, 0xC9, 0xAB], [0xC2, 0xCC, 0xC9, 0xAB]],
      texts: ["类别", "红色", "绿色"]),
    Sample(
      encoding: .shiftJIS,
      bytes: [[0x8E, 0xED, 0x97, 0xDE], [0x95, 0x5C, 0x8E, 0xA6], [0xC4, 0xDE, 0x83, 0x65]],
      texts: ["種類", "表示", "ﾄﾞテ"]),
    Sample(
      encoding: .eucKR,
      bytes: [[0xC1, 0xBE, 0xB7, 0xF9], [0xBB, 0xA1, 0xB0, 0xAD], [0xC6, 0xC4, 0xB6, 0xFB]],
      texts: ["종류", "빨강", "파랑"]),
    Sample(
      encoding: .big5,
      bytes: [[0xBA, 0xD8, 0xC3, 0xFE], [0xAC, 0xF5, 0xA6, 0xE2], [0xBA, 0xF1, 0xA6, 0xE2]],
      texts: ["種類", "紅色", "綠色"]),
    Sample(
      encoding: .windows1251, bytes: [[0xF2, 0xE8, 0xEF], [0xE4, 0xEE, 0xEC], [0xED, 0xE5, 0xF2]],
      texts: ["тип", "дом", "нет"]),
    Sample(
      encoding: .koi8r, bytes: [[0xD4, 0xC9, 0xD0], [0xC4, 0xCF, 0xCD], [0xCE, 0xC5, 0xD4]],
      texts: ["тип", "дом", "нет"]),
    Sample(
      encoding: .windows1250, bytes: [[0x74, 0x79, 0x70], [0x9E, 0x6C, 0x75, 0x9D], [0xE8, 0x65, 0x72]],
      texts: ["typ", "žluť", "čer"]),
    Sample(
      encoding: .eucJP,
      bytes: [[0xBC, 0xEF, 0xCE, 0xE0], [0xC9, 0xBD, 0xBC, 0xA8], [0xA5, 0xC6, 0xA5, 0xB9]],
      texts: ["種類", "表示", "テス"]),
  ]

  private func file(_ sample: Sample) -> [UInt8] {
    var bytes = Array("a,b,".utf8) + sample.bytes[0] + [10]
    for row in 0..<30 {
      bytes += Array("\(row * 7 % 11),\(row % 5),".utf8) + sample.bytes[1 + row % 2] + [10]
    }
    return bytes
  }

  @Test(arguments: samples) func anEncodingCanBeSaid(sample: Sample) throws {
    let path = try scratch.write(file(sample))
    var options = DataOptions(path: path, validation: 0, test: 0)
    options.reading.encoding = sample.encoding
    let dataset = try Dataset.load(options, seed: 0)
    #expect(dataset.targetName == sample.texts[0])
    #expect(dataset.classNames == sample.texts[1...].sorted())
    #expect(dataset.training.rows == 30)
    // Kept with the preparation.
    #expect(dataset.preparation.reading?.encoding == sample.encoding)
    #expect(try dataset.preparation.table(from: path).table == dataset.training)
  }

  @Test(arguments: samples) func anotherEncodingIsNotTakenForLatin1WithoutANote(sample: Sample) throws {
    let path = try scratch.write(file(sample))
    let dataset = try Dataset.load(DataOptions(path: path, validation: 0, test: 0), seed: 0)
    let isEuropean = sample.encoding == .windows1250
    #expect(dataset.notes.contains { $0.contains("--encoding") && $0.contains("hardly") == !isEuropean })
  }

  @Test(arguments: ["größer,naïve,façade", "été,à côté,où", "mañana,niño,señor", "smörgås,blåbär,Øresund"])
  func textsOfWesternEuropeAreLatin1(words: String) throws {
    let cells = words.split(separator: ",")
    let text = "a,b,c\n" + (0..<30).map { "\($0 * 7 % 11),\(cells[$0 % 3]),\($0 % 2)\n" }.joined()
    let dataset = try Dataset.load(
      DataOptions(
        path: scratch.write(text.unicodeScalars.map { UInt8($0.value) }), validation: 0, test: 0), seed: 0)
    #expect(dataset.notes.contains { $0.contains("is read as Latin-1 (--encoding") })
  }

  @Test func whatIsNotInTheEncodingIsNamed() throws {
    var options = DataOptions(path: try scratch.write([0x61, 0x2C, 0x62, 10, 0x31, 0x2C, 0xFF, 10]))
    options.reading.encoding = .gb18030
    let error = try #require(loadFailure(options))
    #expect(error.reason == .file(.otherEncoding(.gb18030)) && error.line == 2)
    #expect(error.description.hasSuffix("the text is not in gb18030; say what it is with --encoding"))
  }

  @Test(
    arguments: [
      ("GBK", TextEncoding.gb18030), ("Shift_JIS", .shiftJIS), ("sjis", .shiftJIS), ("UTF8", .utf8),
      ("ISO-8859-1", .latin1), ("cp1252", .latin1), ("EUC_KR", .eucKR), ("CP1251", .windows1251),
    ])
  func encodingsHaveOtherNames(name: String, encoding: TextEncoding) {
    #expect(TextEncoding.reading(name) == encoding)
    #expect(TextEncoding(.text(name)) == encoding)
    #expect(TextEncoding.reading("latin-9") == nil)
  }
}

import AtomicFiles
import Experiment
import Foundation
import JSONText

/// The whole lines at the end of a run's `metrics.jsonl`. A list of runs needs one or two of them as evaluations, and
/// single numbers of the others, which are looked for in the bytes: decoding every line would take a second for a long run.
struct MetricLines {
  private let bytes: [UInt8]
  private var lines: [Range<Int>] = []

  /// What a line says before one of its numbers.
  struct Key {
    fileprivate let bytes: [UInt8]

    init(_ name: String) { bytes = Array("\"\(name)\":".utf8) }
  }

  /// - Parameter limit: of the bytes of these lines.
  init(of path: String, limit: Int) {
    bytes = (try? AtomicFile.wholeLines(of: path, last: limit)).map { [UInt8]($0) } ?? []
    var start = 0
    bytes.withUnsafeBytes { buffer in
      while start < buffer.count,
        let end = memchr(buffer.baseAddress! + start, Int32(UInt8(ascii: "\n")), buffer.count - start)
      {
        let place = buffer.baseAddress!.distance(to: end)
        lines.append(start..<place)
        start = place + 1
      }
    }
  }

  var indices: Range<Int> { lines.indices }

  /// `nil`: this line is no evaluation.
  func evaluation(_ index: Int) -> Evaluation? {
    try? JSONFormat.decoder().decode(Evaluation.self, from: Data(bytes[lines[index]]))
  }

  /// The number that follows the first such key; `nil`: there is none.
  func number(_ key: Key, in index: Int) -> Double? {
    let line = lines[index]
    return bytes.withUnsafeBytes { buffer -> Double? in
      guard let first = buffer.baseAddress else { return nil }
      let text = UnsafeRawBufferPointer(start: first + line.lowerBound, count: line.count)
      guard var start = Self.end(of: key.bytes, in: text) else { return nil }
      // Loops: what the library has for this is not specialized here, and would take ten times as long.
      while start < text.count, text[start] == UInt8(ascii: " ") { start += 1 }
      var end = start
      while end < text.count, end - start < 40, Self.isPartOfNumber(text[end]) { end += 1 }
      let digits = UnsafeRawBufferPointer(start: first + line.lowerBound + start, count: end - start)
      return Double(String(decoding: digits, as: UTF8.self))
    }
  }

  /// Where a key ends that begins with a quotation mark.
  private static func end(of key: [UInt8], in line: UnsafeRawBufferPointer) -> Int? {
    guard let first = line.baseAddress else { return nil }
    var place = 0
    while place + key.count <= line.count,
      let mark = memchr(first + place, Int32(UInt8(ascii: "\"")), line.count - place)
    {
      place = first.distance(to: mark)
      if place + key.count <= line.count, memcmp(mark, key, key.count) == 0 { return place + key.count }
      place += 1
    }
    return nil
  }

  private static func isPartOfNumber(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: ".")
      || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+") || byte | 0x20 == UInt8(ascii: "e")
  }
}

import Foundation
import JSONText
import Testing

@Suite struct JSONFormatTests {
  private struct Sample: Codable, Equatable {
    var lastValue: Double
    var pathText = "a/b"
    var byName = ["bothWays": 1]
  }

  @Test func numbersThatAreNotFiniteComeBack() throws {
    for value in [Double.infinity, -.infinity, 0.1] {
      let data = try JSONFormat.encoder(isIndented: true).encode(Sample(lastValue: value))
      #expect(try JSONFormat.decoder().decode(Sample.self, from: data) == Sample(lastValue: value))
    }
    let data = try JSONFormat.encoder().encode([Double.nan])
    #expect(String(decoding: data, as: UTF8.self) == #"["NaN"]"#)
    #expect(try JSONFormat.decoder().decode([Double].self, from: data)[0].isNaN)
  }

  @Test func aLineHasItsKeysInOrder() throws {
    let sample = Sample(lastValue: -.infinity)
    #expect(
      try JSONFormat.line(sample)
        == #"{"byName":{"bothWays":1},"lastValue":"-Infinity","pathText":"a/b"}"#)
    // Keys of dictionaries are data.
    #expect(
      try JSONFormat.line(sample, convertsKeysToSnakeCase: true)
        == #"{"by_name":{"bothWays":1},"last_value":"-Infinity","path_text":"a/b"}"#)
  }
}

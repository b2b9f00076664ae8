import Experiment
import Foundation
import JSONText
import Testing

@Suite struct PackedTests {
  private struct Numbers: Codable, Equatable {
    @Packed var floats: [Float] = []
    @Packed var counts: [Int] = []
    @Packed var pixels: [UInt8] = []
    @Packed var layers: [[Float]] = []
    @Packed var points: [DecisionMap.Point] = []
  }

  private static let some = Numbers(
    floats: [1.5, -0.0, .leastNonzeroMagnitude, .infinity], counts: [0, -1, .max], pixels: [0, 255],
    layers: [[], [1, 2]], points: [.init(x: 1, y: -2, label: 3)])

  private static var packing: JSONEncoder {
    let encoder = JSONFormat.encoder()
    encoder.userInfo[.packsNumbers] = true
    return encoder
  }

  @Test(arguments: [some, Numbers()]) private func bothFormsAreReadAsWhatTheyWere(_ numbers: Numbers) throws {
    for encoder in [JSONFormat.encoder(), Self.packing] {
      let data = try encoder.encode(numbers)
      #expect(try JSONFormat.decoder().decode(Numbers.self, from: data) == numbers)
    }
  }

  @Test func onlyMessagesArePacked() throws {
    let written = String(decoding: try JSONFormat.encoder().encode(Self.some), as: UTF8.self)
    #expect(written.contains(#""pixels":[0,255]"#))
    let sent = String(decoding: try Self.packing.encode(Self.some), as: UTF8.self)
    // 0 and 255 are the bytes 00 FF; 1 and 2 as floats are 00 00 80 3F and 00 00 00 40.
    #expect(sent.contains(#""pixels":"AP8=""#) && sent.contains(#""layers":["","AACAPwAAAEA="]"#))
  }

  @Test func everyBitOfANumberArrives() throws {
    let values: [Float] = [.nan, -.nan, Float(nan: 5, signaling: false), -0.0]
    let data = try Self.packing.encode(Packed(wrappedValue: values))
    let read = try JSONFormat.decoder().decode(Packed<Float>.self, from: data).wrappedValue
    #expect(read.map(\.bitPattern) == values.map(\.bitPattern))
  }

  @Test(arguments: [
    #"{"floats":"AAA=","counts":[],"pixels":[],"layers":[],"points":[]}"#,
    #"{"floats":"no base64!","counts":[],"pixels":[],"layers":[],"points":[]}"#,
    #"{"floats":7,"counts":[],"pixels":[],"layers":[],"points":[]}"#,
    #"{"floats":[],"counts":[],"pixels":[],"layers":["AA=="],"points":[]}"#,
    #"{"floats":[],"counts":[],"pixels":[],"layers":[],"points":{"x":"AACAPw==","y":"","labels":"AQ=="}}"#,
  ])
  func whatIsNoArrayIsRefused(_ text: String) {
    #expect(throws: DecodingError.self) {
      try JSONFormat.decoder().decode(Numbers.self, from: Data(text.utf8))
    }
  }
}

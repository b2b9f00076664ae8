import Datasets
import LinearAlgebra
import Testing

@Suite struct DecimalTests {
  private func parse(_ text: String) -> Double? {
    Array(text.utf8).withUnsafeBufferPointer { decimal($0) }
  }

  private static let spelled: [(String, Double)] = [
    ("0", 0), ("-0", 0), ("7", 7), ("+7", 7), ("-12.5", -12.5), (".5", 0.5), ("1.", 1), ("1e3", 1000),
    ("1E-3", 0.001), ("2.5e+2", 250), ("00012", 12), ("0.1", 0.1),
    ("123456789012345678901234567890", 1.2345678901234568e29),
    ("0.00000000000000000000000000000001", 1e-32), ("0e999999999999", 0), ("1e-999999999999", 0),
  ]

  @Test(arguments: spelled)
  func spellsNumber(text: String, value: Double) throws {
    let parsed = try #require(parse(text))
    #expect(abs(parsed - value) <= abs(value) * 1e-15)
  }

  @Test(arguments: ["", "-", ".", "e5", "1e", "1e+", "1.2.3", "1 2", "0x10", "1,5", "12a", "--1", "١"])
  func isNoNumber(text: String) {
    #expect(parse(text) == nil)
  }

  @Test func overflowIsInfinite() {
    #expect(parse("1e400") == .infinity)
    #expect(parse("-1e400") == -.infinity)
  }

  @Test func agreesWithTheStandardLibrary() throws {
    var stream = RandomStream(seed: 1, purpose: "decimals")
    for _ in 0..<20_000 {
      let value = Double(bitPattern: stream.next())
      guard value.isFinite, abs(value) > 1e-290, abs(value) < 1e290 else { continue }
      let parsed = try #require(parse("\(value)"))
      #expect(abs(parsed - value) <= abs(value) * 1e-14, "\(value)")
      let plain = (stream.normal() * 1000 * 4096).rounded() / 4096
      #expect(parse("\(plain)") == plain)
    }
  }
}

import Datasets
import Experiment
import Testing

/// What is said of the pixels and the targets of images in arrays.
@Suite struct NumPyImageNoteTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private func load(_ type: String, _ pixels: [UInt8], target: String? = nil) throws -> Dataset {
    _ = try scratch.write(npy("|u1", [12], (0..<12).map { UInt8($0 % 2) }), as: "y.npy")
    let path = try scratch.write(npy(type, [12, 2, 2], pixels), as: "x.npy")
    return try Dataset.load(DataOptions(path: path, target: target, validation: 0, test: 0), seed: 1)
  }

  private static let bits = (0..<48).map { UInt8($0 % 5 % 2) }

  /// They mean black and white, and are read as two shades of black.
  @Test func wholeNumbersOfZeroAndOneAreNoted() throws {
    let whole = try load("|u1", Self.bits)
    #expect(whole.notes.contains { $0.contains("of 0 and 1") && $0.contains("astype(bool)") })
    #expect(try load("|b1", Self.bits).notes.isEmpty)
    #expect(try load("<f8", bytes(Self.bits.map { Double($0) })).notes.isEmpty)
    #expect(try load("|u1", Self.bits.map { 2 * $0 }).notes.isEmpty)
  }

  @Test func arraysOfOnesAreReadAsThoseOfBooleans() throws {
    let preparation = try load("|b1", Self.bits).preparation
    #expect(preparation.pixelRange?.rawValue == "booleans")
    for (type, elements) in [("|b1", [0, 1, 1, 0]), ("|u1", [0, 1, 1, 0]), ("<f8", bytes([0.0, 1, 1, 0]))] {
      let path = try scratch.write(npy(type, [1, 2, 2], elements), as: "other.npy")
      guard case .pixels(let rows) = try preparation.inputs(from: path).structure else { continue }
      #expect(rows.bytes == [0, 255, 255, 0], "\(type)")
    }
  }

  /// What was accepted before changes nothing, which is said.
  @Test func aTargetSaysNothingAboutImages() throws {
    #expect(try load("|b1", Self.bits, target: "3").warnings.contains { $0.contains("--target") })
    #expect(!(try load("|b1", Self.bits).warnings.contains { $0.contains("--target") }))
  }

  @Test func infinityIsNoClass() throws {
    _ = try scratch.write(npy("<f8", [3], bytes([0, .infinity, 1])), as: "y.npy")
    let path = try scratch.write(npy("|u1", [3, 1, 2], [1, 2, 3, 4, 5, 6]), as: "x.npy")
    let failure = loadFailure(DataOptions(path: path, validation: 0, test: 0))
    #expect(failure?.reason == .numpy(.valueOfImage("inf", row: 1)))
  }
}

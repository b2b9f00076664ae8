import Datasets
import Experiment
import Testing

@Suite("NumPy arrays of images") struct NumPyImageTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  @Test(arguments: [0, 200] as [UInt8], [[20, 1, 2], [20, 1, 2, 3]])
  func imagesWithoutAPatternAreWarnedOf(pixel: UInt8, shape: [Int]) throws {
    _ = try scratch.write(npy("|u1", [20], (0..<20).map { $0 % 2 }), as: "y.npy")
    var pixels = [UInt8](repeating: pixel, count: shape.reduce(1, *))
    func warnings(_ kind: NetworkKind) throws -> [String] {
      let path = try scratch.write(npy("|u1", shape, pixels), as: "x.npy")
      return try Dataset.load(DataOptions(path: path, validation: 0, test: 0), for: kind, seed: 1).warnings
    }
    let kinds: [NetworkKind] = shape.count == 3 ? [.mlp, .rnn] : [.mlp]
    for kind in kinds {
      #expect(try warnings(kind).contains { $0.hasPrefix("all pixels of the training images are alike") })
    }
    pixels[7] += 1
    for kind in kinds { #expect(try warnings(kind).isEmpty) }
  }

  @Test func imagesHaveClasses() throws {
    func problem(_ type: String, _ targets: [UInt8], rows: Int) throws -> DataError.Reason? {
      _ = try scratch.write(npy(type, [rows], targets), as: "y.npy")
      let pixels = (0..<2 * rows).map { UInt8(truncatingIfNeeded: $0) }
      let path = try scratch.write(npy("|u1", [rows, 1, 2], pixels), as: "x.npy")
      return loadFailure(DataOptions(path: path, validation: 0, test: 0))?.reason
    }
    #expect(try problem("<f8", bytes([0, 1, 0.0, 1]), rows: 4) == nil)
    let values = try problem("<f8", bytes([0, 1, 0.25, 1]), rows: 4)
    #expect(values == .numpy(.valueOfImage("0.25", row: 2)))
    #expect(try problem("<f8", bytes([0, .nan, 0, 1]), rows: 4) == .numpy(.undefinedTarget(row: 1)))
    let many = (0..<200).map { Int64($0 % 101) }
    #expect(try problem("<i8", bytes(many), rows: 200) == .numpy(.manyTargets(101, rows: 200)))
    #expect(try problem("<i8", bytes(many.map { $0 % 100 }), rows: 200) == nil)
  }

  @Test func imagesMayHaveChannelsFirstOrLast() throws {
    let bytes = (0..<12 * 12).map { UInt8(truncatingIfNeeded: $0 * 3) }
    _ = try scratch.write(npy("|u1", [12], (0..<12).map { UInt8($0 % 2) }), as: "y.npy")
    var loaded: [Dataset] = []
    var planar: [UInt8] = []
    for image in 0..<12 {
      for channel in 0..<3 { for pixel in 0..<4 { planar.append(bytes[image * 12 + pixel * 3 + channel]) } }
    }
    let fractions = bytes.map { Double($0) / 255 }
    for (type, shape, elements) in [
      ("|u1", [12, 2, 2, 3], bytes), ("|u1", [12, 3, 2, 2], planar),
      ("<f8", [12, 2, 2, 3], DatasetsTests.bytes(fractions)),
    ] {
      let path = try scratch.write(npy(type, shape, elements), as: "X.npy")
      let options = DataOptions(path: path, validation: 0, test: 0)
      #expect(Dataset.kind(of: options) == .colorImages)
      loaded.append(try Dataset.load(options, seed: 1))
    }
    #expect(loaded[0] == loaded[1] && loaded[0].training == loaded[2].training)
  }

  @Test func sequencesOfPixelsMayHaveManyClasses() throws {
    let labels = (0..<600).map { Int64($0 % 300) }
    _ = try scratch.write(npy("<i8", [600], bytes(labels)), as: "y.npy")
    let images = (0..<1200).map { UInt8(truncatingIfNeeded: $0) }
    let path = try scratch.write(npy("|u1", [600, 1, 2], images), as: "x.npy")
    let dataset = try Dataset.load(DataOptions(path: path, validation: 0, test: 0), for: .rnn, seed: 1)
    #expect(dataset.classNames == (0..<300).map { "\($0)" })
    #expect(dataset.training.classes == labels.map { Int32($0) })
  }
}

import Datasets
import Experiment
import Foundation
import LinearAlgebra
import Testing

@Suite("Coloured images")
struct ColorImageTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  static let names = (0..<10).map { "class \($0)" }

  /// Image i has the label i % 10; its byte at (y, x) of the plane c is a hash of all four.
  static func byte(_ image: Int, _ y: Int, _ x: Int, _ channel: Int) -> UInt8 {
    UInt8(truncatingIfNeeded: image &* 37 &+ y &* 5 &+ x &* 11 &+ channel &* 71)
  }

  static func file(_ images: Range<Int>) -> [UInt8] {
    images.flatMap { image in
      [UInt8(image % 10)]
        + (0..<3).flatMap { channel in
          (0..<1024).map { byte(image, $0 / 32, $0 % 32, channel) }
        }
    }
  }

  private func writeFolder() throws {
    _ = try scratch.write(Self.file(0..<30), as: "data_batch_1.bin")
    _ = try scratch.write(gzip(Self.file(30..<40)), as: "data_batch_2.bin.gz")
    _ = try scratch.write(Self.file(40..<50), as: "test_batch.bin")
    _ = try scratch.write(Self.names.joined(separator: "\n") + "\n\n", as: "batches.meta.txt")
  }

  static func pixels(_ table: Examples) throws -> PixelRows {
    guard case .pixels(let pixels) = table.structure else {
      throw DataError(.table(.noFeatures(leftOut: [])))
    }
    return pixels
  }

  @Test func foldsHoldOutDifferentImages() throws {
    try writeFolder()
    let folds = try (1...2).map { number in
      var options = DataOptions(path: scratch.path, validation: 0.25)
      options.fold = Fold("\(number)/2")
      return try Self.pixels(Dataset.load(options, seed: 1).validation).bytes
    }
    #expect(folds[0].count == folds[1].count && folds[0] != folds[1])
  }

  @Test func foldersAreFoundReadAndDivided() throws {
    try writeFolder()
    let options = DataOptions(path: scratch.path, validation: 0.25)
    #expect(Dataset.kind(of: options) == .colorImages)
    let dataset = try Dataset.load(options, seed: 1)
    #expect(dataset.image == ImageShape(width: 32, height: 32, channels: 3))
    #expect(dataset.classNames == Self.names)
    #expect([dataset.training.rows, dataset.validation.rows, dataset.test?.rows] == [30, 10, 10])
    #expect(dataset.featureNames[4] == "pixel 0,1 green")
    #expect(dataset.preparation.inputShape == .image(width: 32, height: 32, channels: 3))
    // Every image is there with its own label, channels last.
    let first = Dictionary(uniqueKeysWithValues: (0..<50).map { (Self.byte($0, 0, 0, 0), $0) })
    for table in [dataset.training, dataset.validation, try #require(dataset.test)] {
      let pixels = try Self.pixels(table)
      for row in 0..<table.rows {
        let image = try #require(first[pixels.bytes[row * 3072]])
        #expect(table.classes[row] == Int32(image % 10))
        #expect(pixels.bytes[row * 3072 + (7 * 32 + 9) * 3 + 2] == Self.byte(image, 7, 9, 2))
      }
    }
  }

  @Test func channelsAreStandardisedOverTheTrainingRows() throws {
    try writeFolder()
    let dataset = try Dataset.load(DataOptions(path: scratch.path, validation: 0.25), seed: 1)
    var features = Matrix()
    try Self.pixels(dataset.training).gather(ArraySlice(0..<30), epoch: nil, into: &features)
    for channel in 0..<3 {
      let values = features.elements.enumerated().filter { $0.offset % 3 == channel }.map {
        Double($0.element)
      }
      let mean = values.reduce(0, +) / Double(values.count)
      #expect(abs(mean) < 1e-5)
      #expect(abs(values.reduce(0) { $0 + $1 * $1 } / Double(values.count) - 1) < 1e-5)
    }
    let byte = try Self.pixels(dataset.training).bytes[5]
    #expect(features[0, 5] == dataset.featureScaling.standardized(Double(byte) / 255, at: 5))
  }

  @Test func aFileAloneHasTheNamesBesideIt() throws {
    let path = try scratch.write(Self.file(0..<40), as: "mine.bin")
    let options = DataOptions(path: path, validation: 0.25, test: 0)
    #expect(Dataset.kind(of: options) == .colorImages)
    #expect(try Dataset.load(options, seed: 0).classNames == (0..<10).map { "\($0)" })
    _ = try scratch.write(Self.names.joined(separator: "\n"), as: "batches.meta.txt")
    let dataset = try Dataset.load(options, seed: 0)
    #expect(dataset.classNames == Self.names)
    let other = try scratch.write(Self.file(3..<5), as: "other.bin")
    let (table, notes) = try dataset.preparation.table(from: other)
    #expect(table.classes == [3, 4] && notes.isEmpty)
    #expect(try dataset.preparation.inputs(from: other).targets == .none)
  }

  @Test func augmentationMovesAndMirrorsTheSameWayEveryTime() throws {
    try writeFolder()
    var options = DataOptions(path: scratch.path, validation: 0.25)
    options.augmentation = true
    let dataset = try Dataset.load(options, seed: 1)
    #expect(try Self.pixels(dataset.validation).augmentation == nil)
    let pixels = try Self.pixels(dataset.training)
    var (plain, moved, again, part) = (Matrix(), Matrix(), Matrix(), Matrix())
    pixels.gather(ArraySlice(0..<30), epoch: nil, into: &plain)
    pixels.gather(ArraySlice(0..<30), epoch: 3, into: &moved)
    pixels.gather(ArraySlice(0..<30), epoch: 3, into: &again)
    #expect(moved == again)
    // Whatever share of the rows a thread has.
    pixels.gather(ArraySlice(17..<18), epoch: 3, into: &part)
    #expect(part.elements == Array(moved.elements[17 * 3072..<18 * 3072]))
    pixels.gather(ArraySlice(0..<30), epoch: 4, into: &again)
    #expect(moved != again)

    // Each is a crop of its own image, mirrored or not.
    var found: Set<[Int]> = []
    for row in 0..<30 {
      for (down, right, mirrored) in Self.moves {
        let fits = Self.samples.allSatisfy { y, x, channel in
          let (line, column) = (y + down, (mirrored ? 31 - x : x) + right)
          let isInside = 0..<32 ~= line && 0..<32 ~= column
          return moved[row, (y * 32 + x) * 3 + channel]
            == (isInside ? plain[row, (line * 32 + column) * 3 + channel] : 0)
        }
        if fits { found.insert([row, down, right, mirrored ? 1 : 0]) }
      }
    }
    #expect(Set(found.map { $0[0] }).count == 30)
    #expect(Set(found.map { $0[3] }) == [0, 1])
    #expect(Set(found.map { $0[1] }).count > 4 && Set(found.map { $0[2] }).count > 4)
  }

  private static let moves = (-4...4).flatMap { down in
    (-4...4).flatMap { right in [(down, right, false), (down, right, true)] }
  }
  private static let samples = [
    (0, 0, 0), (0, 31, 1), (31, 0, 2), (31, 31, 0), (5, 9, 1), (16, 2, 2), (2, 20, 0), (30, 17, 1),
  ]

  @Test func badFilesAreNamed() throws {
    func failure(_ bytes: [UInt8]) throws -> DataError? {
      loadFailure(DataOptions(path: try scratch.write(bytes, as: "data.bin"), validation: 0, test: 0))
    }
    let good = Self.file(0..<20)
    #expect(try failure(good) == nil)
    #expect(try failure(good.dropLast())?.reason == .images(.partOfImage(bytes: 20 * 3073 - 1, record: 3073)))
    #expect(try failure(good + [0])?.reason == .images(.partOfImage(bytes: 20 * 3073 + 1, record: 3073)))
    #expect(try failure([])?.reason == .file(.empty))
    var wrong = good
    wrong[2 * 3073] = 10
    let error = try failure(wrong)
    #expect(error?.reason == .images(.labelOutOfRange(10, image: 3, classes: 10)))
    #expect(
      error?.description == "\(scratch.path)/data.bin: image 3 has the label 10, but there are 10 classes; "
        + "check that this is a CIFAR file")
    #expect(try failure(Self.file(0..<1) + Self.file(10..<11))?.reason == .rows(.oneClass("0")))
    _ = try scratch.write("a\nb\n", as: "batches.meta.txt")
    #expect(try failure(good)?.reason == .images(.classNames(expected: 10, found: 2)))
    #expect(
      loadFailure(DataOptions(path: scratch.path))?.file == scratch.path, "a folder without data_batch files")
  }

  @Test func otherFilesDoNotFit() throws {
    try writeFolder()
    let dataset = try Dataset.load(DataOptions(path: scratch.path), seed: 0)
    let table = try scratch.write("a,b\n1,2\n")
    #expect(throws: DataError.self) { try dataset.preparation.table(from: table) }
    #expect(try dataset.preparation.table(from: scratch.path).table.rows == 10)
  }

  @Test func shapesOfGreyImagesAreReadAndWrittenAsBefore() throws {
    let decoder = JSONDecoder()
    let grey = try decoder.decode(ImageShape.self, from: Data(#"{"width": 3, "height": 2}"#.utf8))
    #expect(grey == ImageShape(width: 3, height: 2, channels: 1))
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    #expect(String(decoding: try encoder.encode(grey), as: UTF8.self) == #"{"height":2,"width":3}"#)
    let coloured = ImageShape(width: 3, height: 2, channels: 3)
    #expect(try decoder.decode(ImageShape.self, from: encoder.encode(coloured)) == coloured)
  }
}

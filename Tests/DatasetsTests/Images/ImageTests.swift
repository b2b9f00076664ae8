import Datasets
import Experiment
import LinearAlgebra
import Testing

@Suite struct ImageTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private let training = "train-images-idx3-ubyte"
  private let labels = (0..<60).map { UInt8($0 % 3 + 4) }

  /// 2 rows of 3 pixels an image.
  private func pixels(_ count: Int, seed: UInt64 = 0) -> [UInt8] {
    var stream = RandomStream(seed: seed, purpose: "pixels")
    return (0..<count * 6).map { _ in UInt8(stream.below(256)) }
  }

  private func write(training count: Int = 60) throws -> String {
    _ = try scratch.write(idx([count], Array(labels.prefix(count))), as: "train-labels-idx1-ubyte")
    return try scratch.write(idx([count, 2, 3], pixels(count)), as: training)
  }

  @Test func pixelsAreStandardisedTogether() throws {
    let path = try write()
    let dataset = try Dataset.load(DataOptions(path: path, validation: 0.2, test: 0.1), seed: 1)
    #expect(dataset.image == ImageShape(width: 3, height: 2))
    #expect(dataset.classNames == ["4", "5", "6"])
    #expect([dataset.training.rows, dataset.validation.rows, dataset.test?.rows] == [42, 12, 6])
    #expect(dataset.featureNames.last == "pixel 1,2")
    let features = dataset.training.features.map(Double.init)
    let mean = features.reduce(0, +) / Double(features.count)
    #expect(abs(mean) < 1e-5)
    #expect(abs(features.reduce(0) { $0 + $1 * $1 } / Double(features.count) - 1) < 1e-5)
    // Every image is there with its own label.
    let all = pixels(60)
    var expected: [[UInt8]: Int32] = [:]
    for (index, label) in labels.enumerated() {
      expected[Array(all[6 * index..<6 * index + 6])] = Int32(label) - 4
    }
    for table in [dataset.training, dataset.validation] {
      for row in 0..<table.rows {
        let image = table.row(row).map { UInt8((dataset.featureScaling.restored($0, at: 0) * 255).rounded()) }
        #expect(expected[image] == table.classes[row])
      }
    }
  }

  /// 4 × 4 pixels, of which so many in a hundred are gray and the others are of one value.
  @Test(arguments: [(0, 20, true), (255, 20, true), (0, 70, false)])
  func mostlyOneValueIsABackground(_ value: UInt8, _ percent: Int, _ isBackground: Bool) throws {
    var stream = RandomStream(seed: 2, purpose: "pixels")
    let pixels = (0..<60 * 16).map { _ in stream.below(100) < percent ? UInt8(100 + stream.below(56)) : value
    }
    _ = try scratch.write(idx([60], labels), as: "train-labels-idx1-ubyte")
    let path = try scratch.write(idx([60, 4, 4], pixels), as: training)
    let dataset = try Dataset.load(DataOptions(path: path), seed: 1)
    let expected = isBackground ? dataset.featureScaling.standardized(Double(value) / 255, at: 0) : 0
    #expect(dataset.training.background == expected)
    #expect(dataset.validation.background == expected)
    if isBackground { #expect(dataset.training.features.contains(expected)) }
  }

  @Test func folderBringsItsTestFiles() throws {
    _ = try write()
    let images = try scratch.write(gzip(idx([5, 2, 3], pixels(5, seed: 1))), as: "t10k-images-idx3-ubyte.gz")
    _ = try scratch.write(gzip(idx([5], [4, 5, 6, 4, 5])), as: "t10k-labels-idx1-ubyte.gz")
    let dataset = try Dataset.load(DataOptions(path: scratch.path, validation: 0.1, test: 0.5), seed: 1)
    #expect([dataset.training.rows, dataset.validation.rows, dataset.test?.rows] == [54, 6, 5])
    #expect(dataset.test?.classes == [0, 1, 2, 0, 1])
    let scaling = dataset.featureScaling
    #expect(
      dataset.test?.features == pixels(5, seed: 1).map { scaling.standardized(Double($0) / 255, at: 0) })

    let separate = try Dataset.load(
      DataOptions(path: "\(scratch.path)/\(training)", validation: 0.1, testPath: images), seed: 1)
    #expect(separate.test == dataset.test)
    #expect(try dataset.preparation.inputs(from: images).features == dataset.test?.features)
  }

  @Test func badFilesAreNamed() throws {
    func reason(
      _ images: [UInt8], _ labels: [UInt8]? = nil, named name: String? = nil
    ) throws -> DataError.Reason? {
      _ = try scratch.write(labels ?? idx([4], [1, 2, 1, 2]), as: "train-labels-idx1-ubyte")
      let path = try scratch.write(images, as: name ?? training)
      return loadFailure(DataOptions(path: path, validation: 0, test: 0))?.reason
    }
    let good = idx([4, 2, 3], pixels(4))
    #expect(try reason(good) == nil)
    #expect(try reason(good, idx([3], [1, 2, 1])) == .images(.countMismatch(images: 4, labels: 3)))
    #expect(try reason(good, idx([4], [1, 1, 1, 1])) == .rows(.oneClass("1")))
    #expect(try reason(good, good) == .images(.notIDXLabels))
    #expect(try reason(good, Array("1\n2\n".utf8)) == .images(.notIDXLabels))
    #expect(try reason(good, []) == .file(.empty))
    #expect(try reason(Array(good.dropLast(3))) == .images(.truncatedIDX(expected: 40, found: 37)))
    #expect(try reason(Array(good.prefix(9))) == .images(.truncatedIDX(expected: 16, found: 9)))
    #expect(try reason(good + [0]) == .images(.overlongIDX(expected: 40)))
    #expect(try reason(idx([4], [1, 2, 1, 2])) == .images(.labelsNotImages))
    #expect(try reason(idx([4, 6], pixels(4))) == .images(.notIDXImages))
    #expect(try reason(idx([0, 2, 3], [])) == .images(.badDimensions([0, 2, 3])))
    #expect(try reason(idx([4, 0, 3], [])) == .images(.badDimensions([4, 0, 3])))
    let huge = 0xFFFF_FFFF
    #expect(try reason(idx([huge, huge, huge], pixels(4))) == .images(.badDimensions([huge, huge, huge])))
    var floats = good
    floats[2] = 13
    #expect(try reason(floats) == .images(.idxNotBytes))
    #expect(try reason(good, named: "digits") == .images(.noLabelsFile(tried: nil)))
    #expect(
      try reason(good, named: "new-images") == .images(.noLabelsFile(tried: "\(scratch.path)/new-labels")))
  }

  @Test func testImagesMustFitTheTrainingImages() throws {
    let path = try write()
    func reason(_ images: [UInt8], _ labels: [UInt8]) throws -> DataError.Reason? {
      _ = try scratch.write(labels, as: "other-labels")
      let other = try scratch.write(images, as: "other-images")
      return loadFailure(DataOptions(path: path, testPath: other))?.reason
    }
    #expect(try reason(idx([1, 2, 3], pixels(1)), idx([1], [6])) == nil)
    let unknown = try reason(idx([1, 2, 3], pixels(1)), idx([1], [7]))
    #expect(unknown == .rows(.unknownClass("7", known: ["4", "5", "6"])))
    #expect(
      try reason(idx([1, 3, 2], pixels(1)), idx([1], [6]))
        == .images(
          .imageShape(expected: ImageShape(width: 3, height: 2), found: ImageShape(width: 2, height: 3))))
    #expect(try reason(Array("a,b\n1,2\n".utf8), []) == .rows(.otherKind(expected: .images, found: nil)))
  }
}

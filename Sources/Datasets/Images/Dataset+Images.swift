import Experiment
import LinearAlgebra

extension Dataset {
  /// A dataset of images, whose pixels, scaled to 0 … 1, are standardized with one mean and one scale.
  /// For a recurrent network an image is a sequence of pixels.
  static func images(_ data: LabeledImages, _ request: LoadRequest) throws(DataError) -> Dataset {
    let sequence =
      request.network.architecture.readsPixelsAsSteps
      ? SequenceLayout.pixels(permutation: request.options.permutation) : nil
    let different = Set(data.labels).sorted()
    guard different.count > 1 else {
      throw DataError(.rows(.oneClass(different.first.map { "\($0)" } ?? "")), file: data.labelsFile)
    }
    var codes: [Int32: Int32] = [:]
    for (index, label) in different.enumerated() { codes[label] = Int32(index) }
    let classes = data.labels.map { codes[$0] ?? 0 }
    let split = try request.split(classes, file: data.images.file)
    let shape = data.images.shape
    let features = sequence == nil ? shape.width * shape.height : 1
    let (mean, scale) = moments(data.images, rows: split.training)
    let preparation = Preparation(
      inputs: .image(shape), targetName: "label", target: .classes(different.map { "\($0)" }),
      featureScaling: Scaling(
        means: [Double](repeating: mean, count: features),
        scales: [Double](repeating: scale, count: features)), sequence: sequence)
    var dataset = Dataset(
      name: request.name, training: try preparation.table(of: data, rows: split.training),
      validation: try preparation.table(of: data, rows: split.validation),
      test: split.test.isEmpty ? nil : try preparation.table(of: data, rows: split.test),
      preparation: preparation)
    dataset.places = RowPlaces(.row, split)
    dataset.warnIfPixelsAreAlike()
    return dataset
  }

  /// Pixels of 0…1 have a deviation of ½ at most: a scale of 1 stands for none.
  mutating func warnIfPixelsAreAlike() {
    guard preparation.featureScaling.scales.allSatisfy({ $0 == 1 }) else { return }
    warnings.append("all pixels of the training images are alike, so that nothing can be learned from them")
  }

  /// Mean and standard deviation over all pixels of the rows, exact; scale 1 if they are all the same.
  private static func moments(_ images: IDXFile, rows: [Int32]) -> (mean: Double, scale: Double) {
    var counts = [Int](repeating: 0, count: 256)
    let pixels = images.dimensions[1] * images.dimensions[2]
    images.bytes.withUnsafeBufferPointer { bytes in
      for row in rows {
        for pixel in bytes[Int(row) * pixels..<(Int(row) + 1) * pixels] { counts[Int(pixel)] += 1 }
      }
    }
    let total = Double(rows.count * pixels)
    let values = (0..<256).map { Double($0) / 255 }
    let mean = zip(values, counts).reduce(0) { $0 + $1.0 * Double($1.1) } / total
    let variance = zip(values, counts).reduce(0) { $0 + ($1.0 - mean) * ($1.0 - mean) * Double($1.1) } / total
    return (mean, variance > 0 ? variance.squareRoot() : 1)
  }
}

extension Preparation {
  /// All images and their labels, or those of some rows.
  func table(of data: LabeledImages, rows: [Int32]? = nil) throws(DataError) -> Examples {
    let rows = rows ?? (0..<data.images.dimensions[0]).map { Int32($0) }
    var codes: [Int32: Int32] = [:]
    for (index, name) in classNames.enumerated() {
      if let label = Int32(name) { codes[label] = Int32(index) }
    }
    var classes: [Int32] = []
    classes.reserveCapacity(rows.count)
    for row in rows {
      let label = data.labels[Int(row)]
      guard let code = codes[label] else {
        throw DataError(.rows(.unknownClass("\(label)", known: classNames)), file: data.labelsFile)
      }
      classes.append(code)
    }
    return table(
      ofImages: rows.count, features: try features(of: data.images, rows: rows), targets: .classes(classes))
  }

  /// - Parameter features: as `features(of:rows:)` makes them.
  func table(ofImages count: Int, features: [Float], targets: Targets) -> Examples {
    guard sequence != nil else {
      var table = Examples(rows: count, columns: featureCount, features: features, targets: targets)
      table.background = background
      return table
    }
    let steps = Int32(features.count / max(count, 1))
    return Examples(
      columns: 1, features: features, targets: targets, offsets: (0...Int32(count)).map { $0 * steps })
  }

  /// The feature of a black pixel if gray images are so dark, in the mean over all pixels, that most are black; that of a
  /// white one if they are so bright; else 0.
  var background: Float {
    guard let image, image.channels == 1 else { return 0 }
    let brightness = featureScaling.means[0]
    if brightness < Self.leastGray { return featureScaling.standardized(0, at: 0) }
    if brightness > 1 - Self.leastGray { return featureScaling.standardized(1, at: 0) }
    return 0
  }

  /// A fifth of the pixels, at most, are as far from the background as they can be.
  private static let leastGray = 0.2

  /// The pixel of each feature, or of each step: a permutation of 0 ..< `count`, the same for the same seed.
  package func pixelOrder(_ count: Int) -> [Int32] {
    var order = (0..<Int32(count)).map { $0 }
    if case .pixels(let permutation?) = sequence {
      var stream = RandomStream(seed: permutation, purpose: "pixels")
      stream.shuffle(&order)
    }
    return order
  }

  /// [rows, pixels], or, of sequences, [rows · pixels, 1].
  func features(of images: IDXFile, rows: [Int32]) throws(DataError) -> [Float] {
    guard case .image(let image) = inputs else { preconditionFailure("only images are prepared as images") }
    guard images.shape == image else {
      throw DataError(.images(.imageShape(expected: image, found: images.shape)), file: images.file)
    }
    let pixels = images.pixels
    try checkMemory(bytes: 4 * pixels * rows.count, file: images.file)
    let order = pixelOrder(pixels)
    // Every pixel is scaled alike.
    let standardized = (0..<256).map { featureScaling.standardized(Double($0) / 255, at: 0) }
    return [Float](unsafeUninitializedCapacity: rows.count * pixels) { features, count in
      for (target, row) in rows.enumerated() {
        for step in 0..<pixels {
          let byte = images.bytes[Int(row) * pixels + Int(order[step])]
          features.initializeElement(at: target * pixels + step, to: standardized[Int(byte)])
        }
      }
      count = rows.count * pixels
    }
  }
}

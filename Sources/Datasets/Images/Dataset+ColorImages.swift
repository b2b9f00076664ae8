import Experiment

extension Dataset {
  /// A dataset of images, whose pixels are standardized with a mean and a scale for each channel.
  static func colorImages(
    _ data: ColorImages, classNames: [String], _ request: LoadRequest
  ) throws(DataError) -> Dataset {
    let labels = data.labels
    if let first = labels.first, labels.allSatisfy({ $0 == first }) {
      throw DataError(.rows(.oneClass(classNames[Int(first)])), file: data.file)
    }
    let split = try request.split(labels, file: data.file)
    let shape = data.shape
    let moments = channelMoments(data, rows: split.training)
    let pixels = shape.width * shape.height
    let preparation = Preparation(
      inputs: .image(shape), targetName: "label", target: .classes(classNames),
      featureScaling: Scaling(
        means: (0..<pixels).flatMap { _ in moments.means },
        scales: (0..<pixels).flatMap { _ in moments.scales }))
    let augmentation = request.options.augmentation == true ? Augmentation(seed: request.seed) : nil
    var dataset = Dataset(
      name: request.name,
      training: try preparation.table(of: data, rows: split.training, augmentation: augmentation),
      validation: try preparation.table(of: data, rows: split.validation),
      test: split.test.isEmpty ? nil : try preparation.table(of: data, rows: split.test),
      preparation: preparation)
    dataset.places = RowPlaces(.row, split)
    dataset.warnIfPixelsAreAlike()
    return dataset
  }

  /// The exact mean and deviation of each channel over all pixels of the rows; scale 1 for a channel that does not
  /// vary.
  private static func channelMoments(_ data: ColorImages, rows: [Int32]) -> Scaling {
    let shape = data.shape
    let (channels, size) = (shape.channels, shape.width * shape.height * shape.channels)
    var counts = [Int](repeating: 0, count: 256 * channels)
    data.bytes.withUnsafeBufferPointer { bytes in
      for row in rows {
        for index in 0..<size { counts[(index % channels) << 8 | Int(bytes[Int(row) * size + index])] += 1 }
      }
    }
    let total = Double(rows.count * shape.width * shape.height)
    var scaling = Scaling.identity(channels)
    for channel in 0..<channels {
      func mean(_ value: (Double) -> Double) -> Double {
        (0..<256).reduce(0) { $0 + value(Double($1) / 255) * Double(counts[channel << 8 | $1]) } / total
      }
      let average = mean { $0 }
      let variance = mean { ($0 - average) * ($0 - average) }
      scaling.means[channel] = average
      scaling.scales[channel] = variance > 0 ? variance.squareRoot() : 1
    }
    return scaling
  }
}

extension Preparation {
  /// All images, with the classes that their labels are called; `nil`: the labels mean nothing.
  func table(of data: ColorImages, named names: [String]?) throws(DataError) -> Examples {
    if sequence != nil {
      let gray = try IDXFile.inMemory(file: data.file, shape: data.shape, bytes: data.bytes)
      let rows = data.labels.indices.map { Int32($0) }
      return table(
        ofImages: rows.count, features: try features(of: gray, rows: rows),
        targets: .classes(try codes(of: data, names)))
    }
    var table = try table(of: data.relabeled(codes(of: data, names)))
    if names == nil { table.targets = .none }
    return table
  }

  private func codes(of data: ColorImages, _ names: [String]?) throws(DataError) -> [Int32] {
    guard let names else { return data.labels.map { _ in 0 } }
    var codes: [Int32] = []
    for name in names {
      guard let code = classNames.firstIndex(of: name) else {
        throw DataError(.rows(.unknownClass(name, known: classNames)), file: data.file)
      }
      codes.append(Int32(code))
    }
    return data.labels.map { codes[Int($0)] }
  }

  /// All images and their labels, or those of some rows.
  func table(
    of data: ColorImages, rows: [Int32]? = nil, augmentation: Augmentation? = nil
  ) throws(DataError) -> Examples {
    guard let image, image == data.shape else {
      throw DataError(
        .images(.imageShape(expected: self.image ?? data.shape, found: data.shape)), file: data.file)
    }
    if let label = data.labels.first(where: { $0 >= classNames.count }) {
      throw DataError(.rows(.unknownClass("\(label)", known: classNames)), file: data.file)
    }
    let size = featureCount
    let bytes: [UInt8] =
      if let rows {
        [UInt8](unsafeUninitializedCapacity: rows.count * size) { target, count in
          data.bytes.withUnsafeBufferPointer { source in
            for (index, row) in rows.enumerated() {
              (target.baseAddress! + index * size)
                .initialize(from: source.baseAddress! + Int(row) * size, count: size)
            }
          }
          count = rows.count * size
        }
      } else {
        data.bytes
      }
    let classes = rows?.map { data.labels[Int($0)] } ?? data.labels
    let pixels = PixelRows(
      shape: data.shape, bytes: bytes, scaling: featureScaling, augmentation: augmentation)
    var table = Examples(
      rows: classes.count, columns: size, features: [], targets: .classes(classes),
      structure: .pixels(pixels))
    table.background = background
    return table
  }
}

import Experiment

/// Arrays of NumPy: an archive (.npz) with X and y, or x_train, y_train, x_test, y_test, and so on; or a single array
/// (.npy), beside which another one may hold the targets. Of two dimensions they are tables, of three or four images.
package struct NumPyArrays: DataFormat {
  package static let summary = "NumPy arrays (.npz with X and y, X.npy beside y.npy)"
  package static let fileEndings = [".npz", ".npy"]
  package static let kinds = [DataKind.table, .images, .colorImages]
  package static let hasSignature = true

  package let kind: DataKind
  private let probe: Probe
  private let reading: ReadingOptions

  package static func recognize(_ probe: Probe, _ options: DataOptions) throws(DataError) -> Self? {
    guard probe.names == nil else { return nil }
    let archived: [Int]?
    if probe.start.starts(with: NumPyArray.magic) {
      archived = nil
    } else if isArchive(probe.start, probe.path) {
      // The names of the arrays stand at the end.
      archived = try NumPyParts.of(ZipArchive(contents(probe), file: probe.path)).training.inputs.shape
    } else {
      return nil
    }
    do throws(NumPyProblem) {
      let shape = if let archived { archived } else { try NumPyArray.header(probe.start[...]).shape }
      return Self(kind: try kind(ofShape: shape), probe: probe, reading: options.reading)
    } catch {
      throw DataError(.numpy(error), file: probe.path)
    }
  }

  /// Whether a zip archive is one of arrays.
  private static func isArchive(_ start: [UInt8], _ path: String) -> Bool {
    guard ZipArchive.isZip(start), start.count > 30 else { return false }
    let size = Int(start[26]) | Int(start[27]) << 8
    return path.hasSuffix(".npz")
      || String(decoding: start[30...].prefix(size), as: UTF8.self).hasSuffix(".npy")
  }

  private static func contents(_ probe: Probe) throws(DataError) -> [UInt8] {
    try probe.keepContents()
    var input = try probe.open()
    return try input.rest()
  }

  private static func kind(ofShape shape: [Int]) throws(NumPyProblem) -> DataKind {
    switch shape.count {
    case 1, 2: return .table
    case 3: return .images
    case 4:
      guard let pixels = PixelLayout(shape) else { throw .shape(shape) }
      return pixels.image.channels == 1 ? .images : .colorImages
    default: throw .shape(shape)
    }
  }

  private func parts() throws(DataError) -> NumPyParts {
    var input = try probe.open()
    let bytes = try input.rest()
    guard ZipArchive.isZip(bytes) else { return try .of(bytes, path: probe.path) }
    return try .of(ZipArchive(bytes, file: probe.path))
  }

  package func load(_ request: LoadRequest, progress: (String) -> Void) throws(DataError) -> Dataset {
    let parts = try parts()
    var request = request
    if parts.test != nil { request.test = 0 }
    if parts.validation != nil { request.options.validation = 0 }
    var dataset = try load(parts.training, request, progress)
    if let part = parts.validation, request.options.fold == nil {
      dataset.validation = try rows(part, dataset.preparation, progress).table
    }
    if request.options.testPath == nil, let part = parts.test {
      dataset.test = try rows(part, dataset.preparation, progress).table
    }
    return dataset
  }

  private func load(
    _ part: NumPyParts.Part, _ request: LoadRequest, _ progress: (String) -> Void
  ) throws(DataError) -> Dataset {
    if kind == .table {
      var dataset = try table(part).load(request, progress: progress)
      // There are no cells and no header that a person would know of.
      dataset.preparation.reading = nil
      if part.targets == nil, request.options.target == nil {
        dataset.notes.append(
          "there is no array of targets, such as y: the last column, \(dataset.targetName), is predicted (--target N: "
            + "another one, from 0)")
      }
      return dataset
    }
    guard part.targets != nil else { throw DataError(.numpy(.noTarget), file: probe.path) }
    try part.requireClasses(file: probe.path)
    let (images, names, range) = try images(part, preparedBy: request.preparation)
    var dataset: Dataset
    if request.network.architecture.readsPixelsAsSteps {
      let gray = try IDXFile.inMemory(file: probe.path, shape: images.shape, bytes: images.bytes)
      dataset = try Dataset.images(LabeledImages(gray, labels: images.labels, file: probe.path), request)
      // Labels are the indices of the names, all of which occur.
      dataset.preparation.target = .classes(names)
    } else {
      dataset = try Dataset.colorImages(images, classNames: names, request)
    }
    dataset.preparation.pixelRange = range
    if range == .integers, images.bytes.max() == 1 {
      dataset.notes.append(
        "the pixels are whole numbers of 0 and 1, which are read as two shades of black among 0…255: if 1 is white, save "
          + "them with .astype(bool)")
    }
    return dataset
  }

  package func labeledRows(
    preparedBy preparation: Preparation, progress: (String) -> Void
  ) throws(DataError) -> PreparedRows {
    let parts = try parts()
    return try rows(parts.test ?? parts.training, preparation, progress)
  }

  private func rows(
    _ part: NumPyParts.Part, _ preparation: Preparation, _ progress: (String) -> Void
  ) throws(DataError) -> PreparedRows {
    if kind == .table { return try table(part).labeledRows(preparedBy: preparation, progress: progress) }
    guard part.targets != nil else { throw DataError(.numpy(.noTarget), file: probe.path) }
    let (images, names, _) = try images(part, preparedBy: preparation)
    return (try preparation.table(of: images, named: names), [])
  }

  package func unlabeledRows(
    preparedBy preparation: Preparation, progress: (String) -> Void
  ) throws(DataError) -> PreparedRows {
    let parts = try parts()
    let part = parts.test ?? parts.training
    if kind == .table { return try table(part).unlabeledRows(preparedBy: preparation, progress: progress) }
    var (images, _, _) = try images(part, preparedBy: preparation)
    images.forgetLabels()
    var table = try preparation.table(of: images, named: nil)
    table.targets = .none
    return (table, [])
  }

  // MARK: Tables

  /// The arrays as a text file, which tables are made of.
  private func table(_ part: NumPyParts.Part) throws(DataError) -> DelimitedTable {
    var reading = reading
    (reading.header, reading.delimiter) = (.yes, ",")
    (reading.quote, reading.encoding, reading.comment) = (nil, .utf8, "")
    return DelimitedTable(
      probe: Probe(probe.path, contents: try part.text(file: probe.path)), reading: reading)
  }

  // MARK: Images

  /// The images, the names of their classes, and what their pixels are read by.
  ///
  /// - Parameter preparation: of the training images; `nil`: these are they.
  private func images(
    _ part: NumPyParts.Part, preparedBy preparation: Preparation?
  ) throws(DataError) -> (ColorImages, [String], PixelRange?) {
    guard let layout = PixelLayout(part.inputs.shape) else {
      throw DataError(.numpy(.shape(part.inputs.shape)), file: probe.path)
    }
    try checkMemory(bytes: layout.rows * (layout.image.size ?? 0), file: probe.path)
    let cells = try part.targetTexts(file: probe.path)
    let names = cells.map { Set($0).sorted(by: Self.comesBefore) } ?? ["0"]
    var codes: [String: Int] = [:]
    for (code, name) in names.enumerated() { codes[name] = code }
    var images = ColorImages(file: probe.path, shape: layout.image)
    do throws(NumPyProblem) {
      let largest = try layout.largest(part.inputs)
      let range: PixelRange? =
        if let preparation { preparation.pixelRange } else { PixelRange(part.inputs, largest: largest) }
      let scale = try layout.scale(part.inputs, largest: largest, range)
      for row in 0..<layout.rows {
        images.append(
          layout.pixels(part.inputs, row: row, scale), label: cells.flatMap { codes[$0[row]] } ?? 0)
      }
      return (images, names, range)
    } catch {
      throw DataError(.numpy(error), file: probe.path)
    }
  }

  /// Numbers by value, before texts.
  private static func comesBefore(_ a: String, _ b: String) -> Bool {
    switch (Double(a), Double(b)) {
    case (let a?, let b?): a < b
    case (nil, nil): a < b
    case (let a, _): a != nil
    }
  }
}

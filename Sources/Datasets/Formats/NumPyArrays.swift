import Experiment
import Glibc

/// Arrays of NumPy: an archive (.npz) with X and y, or x_train, y_train, x_test, y_test, and so on; or a single array
/// (.npy), beside which another one may hold the targets. Of two dimensions they are tables, of three or four images.
package struct NumPyArrays: DataFormat {
  package static let summary = "NumPy arrays (.npz with X and y, X.npy beside y.npy)"
  package static let kinds = [DataKind.table, .images, .colorImages]

  package let kind: DataKind
  private let probe: Probe
  private let reading: ReadingOptions

  package static func recognize(_ probe: Probe, _ options: DataOptions) throws(DataError) -> Self? {
    guard probe.names == nil else { return nil }
    do throws(NumPyProblem) {
      let shape: [Int]
      if probe.start.starts(with: NumPyArray.magic) {
        shape = try NumPyArray.header(probe.start[...]).shape
      } else if isArchive(probe.start, probe.path) {
        // The names of the arrays stand at the end.
        guard let bytes = contents(probe) else { return nil }
        shape = try NumPyParts.of(ZipArchive(bytes)).training.inputs.shape
      } else {
        return nil
      }
      return Self(kind: try kind(ofShape: shape), probe: probe, reading: options.reading)
    } catch {
      throw DataError(.numpy(error), file: probe.path)
    }
  }

  /// Whether a zip archive is one of arrays.
  static func isArchive(_ start: [UInt8], _ path: String) -> Bool {
    guard ZipArchive.isZip(start), start.count > 30 else { return false }
    let size = Int(start[26]) | Int(start[27]) << 8
    return path.hasSuffix(".npz")
      || String(decoding: start[30...].prefix(size), as: UTF8.self).hasSuffix(".npy")
  }

  private static func contents(_ probe: Probe) -> [UInt8]? {
    do throws(DataError) {
      try probe.keepContents()
      var input = try probe.open()
      return try input.rest()
    } catch {
      return nil
    }
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
    do throws(NumPyProblem) {
      return ZipArchive.isZip(bytes)
        ? try .of(ZipArchive(bytes)) : try .of(bytes, path: probe.path)
    } catch {
      throw DataError(.numpy(error), file: probe.path)
    }
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
    if kind == .table { return try table(part).load(request, progress: progress) }
    guard part.targets != nil else { throw DataError(.numpy(.noTarget), file: probe.path) }
    let (images, names) = try images(part)
    if request.network.architecture.readsPixelsAsSteps {
      let gray = try IDXFile.inMemory(file: probe.path, shape: images.shape, bytes: images.bytes)
      var dataset = try Dataset.images(
        LabeledImages(gray, labels: images.labels, file: probe.path), request)
      // Labels are the indices of the names, all of which occur.
      dataset.preparation.target = .classes(names)
      return dataset
    }
    return try .colorImages(images, classNames: names, request)
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
    let (images, names) = try images(part)
    return (try preparation.table(of: images, named: names), [])
  }

  package func unlabeledRows(
    preparedBy preparation: Preparation, progress: (String) -> Void
  ) throws(DataError) -> PreparedRows {
    let parts = try parts()
    let part = parts.test ?? parts.training
    if kind == .table { return try table(part).unlabeledRows(preparedBy: preparation, progress: progress) }
    var (images, _) = try images(part)
    images.forgetLabels()
    var table = try preparation.table(of: images, named: nil)
    table.targets = .none
    return (table, [])
  }

  // MARK: Tables

  /// The arrays as a text file, which tables are made of.
  private func table(_ part: NumPyParts.Part) throws(DataError) -> DelimitedTable {
    do throws(NumPyProblem) {
      var reading = reading
      (reading.header, reading.delimiter) = (.yes, ",")
      (reading.quote, reading.encoding, reading.comment) = (nil, .utf8, "")
      return DelimitedTable(
        probe: Probe(probe.path, contents: try part.text()), reading: reading)
    } catch {
      throw DataError(.numpy(error), file: probe.path)
    }
  }

  // MARK: Images

  private func images(_ part: NumPyParts.Part) throws(DataError) -> (ColorImages, [String]) {
    do throws(NumPyProblem) {
      guard let layout = PixelLayout(part.inputs.shape) else { throw .shape(part.inputs.shape) }
      var images = ColorImages(file: probe.path, shape: layout.image)
      let cells = try part.targetTexts()
      let names = cells.map { Set($0).sorted(by: Self.comesBefore) } ?? ["0"]
      var codes: [String: Int] = [:]
      for (code, name) in names.enumerated() { codes[name] = code }
      let scale = try layout.scale(part.inputs)
      for row in 0..<layout.rows {
        images.append(
          layout.pixels(part.inputs, row: row, scale), label: cells.flatMap { codes[$0[row]] } ?? 0)
      }
      return (images, names)
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

/// Where the pixels of images are in an array.
struct PixelLayout {
  let rows: Int
  let image: ImageShape
  private let isPlanar: Bool
  private let hasChannels: Bool

  /// [rows, height, width], [rows, height, width, channels] or [rows, channels, height, width]; `nil`: no such shape.
  init?(_ shape: [Int]) {
    guard shape.count == 3 || shape.count == 4, shape.allSatisfy({ $0 > 0 && $0 <= Int(Int32.max) }) else {
      return nil
    }
    rows = shape[0]
    hasChannels = shape.count == 4
    let isLast = hasChannels && (shape[3] == 1 || shape[3] == 3)
    isPlanar = hasChannels && !isLast
    guard !isPlanar || shape[1] == 1 || shape[1] == 3 else { return nil }
    let (height, width) = isPlanar ? (shape[2], shape[3]) : (shape[1], shape[2])
    image = ImageShape(
      width: width, height: height, channels: hasChannels ? (isPlanar ? shape[1] : shape[3]) : 1)
    guard let size = image.size, size <= 1 << 26 else { return nil }
  }

  private func number(_ array: NumPyArray, _ row: Int, _ y: Int, _ x: Int, _ channel: Int) -> Double {
    if !hasChannels { return array.number(row, y, x) }
    return isPlanar ? array.number(row, channel, y, x) : array.number(row, y, x, channel)
  }

  private func forEachNumber(_ array: NumPyArray, row: Int, _ body: (Double) -> Void) {
    for y in 0..<image.height {
      for x in 0..<image.width {
        for channel in 0..<image.channels { body(number(array, row, y, x, channel)) }
      }
    }
  }

  /// What a number is multiplied by to be a byte: 255 if none is above 1 and some are fractions or floats.
  func scale(_ array: NumPyArray) throws(NumPyProblem) -> Double {
    if array.isText { throw .pixelRange }
    var (least, most, isDefined) = (Double.infinity, -Double.infinity, true)
    for row in 0..<rows {
      forEachNumber(array, row: row) { value in
        (least, most) = (min(least, value), max(most, value))
        if value.isNaN { isDefined = false }
      }
    }
    guard isDefined, least >= 0, most <= 255 else { throw .pixelRange }
    return most <= 1 ? 255 : 1
  }

  func pixels(_ array: NumPyArray, row: Int, _ scale: Double) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(image.size ?? 0)
    forEachNumber(array, row: row) { bytes.append(UInt8(($0 * scale).rounded())) }
    return bytes
  }
}

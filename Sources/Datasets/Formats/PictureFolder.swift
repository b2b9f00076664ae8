import Experiment
import PlainText

/// Pictures in PNG or JPEG files of any sizes, in a subfolder for each class; there may be folders of training,
/// held-out and test pictures above these. Without classes, a folder of pictures or a single one can be predicted. If all
/// are gray they have one channel, and are learned from as colored ones are.
package struct PictureFolder: DataFormat {
  package static let summary = "a folder of PNG or JPEG images with a subfolder for each class"
  package static let folderContents: String? = "subfolders of PNG or JPEG images"
  package static let fileEndings = [".png", ".jpg", ".jpeg"]
  package static let kinds = [DataKind.colorImages, .images]

  private let path: String
  private let source: Source

  private enum Source {
    case tree(PictureTree)
    /// Pictures without classes.
    case files([String])
    /// A single picture, which may come through a pipe.
    case probe(Probe)
  }

  /// Pixels a side, unless the user says otherwise.
  static let defaultSize = DataOptions.usualImageSize

  /// The shape of training pictures.
  ///
  /// - Parameter preparation: of a run whose pictures an older version may have read in three channels, though gray.
  private static func shape(of tree: PictureTree, _ side: Int?, _ preparation: Preparation?) -> ImageShape {
    let side = side ?? defaultSize
    let isGray = preparation?.imageShape?.channels != 3 && PictureColors(ofFiles: tree.files) == .gray
    return ImageShape(width: side, height: side, channels: isGray ? 1 : 3)
  }

  /// Models of color images can be shown any pictures, those of gray images gray ones.
  package func suits(_ preparation: Preparation) -> Bool {
    guard let shape = preparation.imageShape else { return false }
    return shape.channels == 3 || colors != .colored
  }

  /// Whether the pictures are gray or colored; `nil` if no header can be read.
  private var colors: PictureColors? {
    switch source {
    case .tree(let tree): PictureColors(ofFiles: tree.files)
    case .files(let files): PictureColors(ofFiles: files)
    case .probe(let probe): PictureColors(start: probe.start) ?? PictureColors(ofFile: path)
    }
  }

  package static func recognize(_ probe: Probe, _ options: DataOptions) throws(DataError) -> Self? {
    guard let names = probe.names else {
      return PictureFile.isPicture(probe.start) ? Self(path: probe.path, source: .probe(probe)) : nil
    }
    if let tree = try PictureTree(probe.path, names: names) {
      return Self(path: probe.path, source: .tree(tree))
    }
    let files = PictureTree.pictures(in: probe.path, names: names)
    return files.isEmpty ? nil : Self(path: probe.path, source: .files(files))
  }

  package func load(_ request: LoadRequest, progress: (String) -> Void) throws(DataError) -> Dataset {
    guard case .tree(let tree) = source else { throw DataError(.images(.noClassFolders), file: path) }
    let names = tree.training.classes.map(\.name)
    guard names.count > 1 else { throw DataError(.rows(.oneClass(names[0])), file: path) }
    let shape = Self.shape(of: tree, request.options.imageSize, request.preparation)
    var reader = PictureReader(shape: shape)
    let training = try reader.read(tree.training, classes: names, progress: progress)
    var request = request
    if tree.test != nil { request.test = 0 }
    if tree.validation != nil { request.options.validation = 0 }
    var dataset = try Dataset.colorImages(training, classNames: names, request)
    if let part = tree.validation, request.options.fold == nil {
      dataset.validation = try dataset.preparation.table(
        of: reader.read(part, classes: names, progress: progress))
    }
    if request.options.testPath == nil, let part = tree.test {
      dataset.test = try dataset.preparation.table(of: reader.read(part, classes: names, progress: progress))
    }
    if shape.channels == 1 { dataset.notes.append("the images are gray, and read in one channel") }
    dataset.notes += reader.notes
    return dataset
  }

  /// The test pictures where a folder has both.
  package func labeledRows(
    preparedBy preparation: Preparation, progress: (String) -> Void
  ) throws(DataError) -> PreparedRows {
    guard case .tree(let tree) = source else { throw DataError(.images(.noClassFolders), file: path) }
    let (part, names) = (tree.test ?? tree.training, preparation.classNames)
    var reader = PictureReader(for: preparation)
    let images = try reader.read(part, classes: names, progress: progress)
    return (try preparation.table(of: images, named: names), reader.notes)
  }

  /// A picture that cannot be read is an error here: there is a prediction for each.
  package func unlabeledRows(
    preparedBy preparation: Preparation, progress: (String) -> Void
  ) throws(DataError) -> PreparedRows {
    var reader = PictureReader(for: preparation)
    let images: ColorImages
    switch source {
    case .tree(let tree):
      let part = tree.test ?? tree.training
      images = try reader.read(part.classes.flatMap(\.files), progress: progress)
    case .files(let files): images = try reader.read(files, progress: progress)
    case .probe(let probe):
      var input = try probe.open()
      images = try reader.read(input.rest(), path: path)
    }
    var table = try preparation.table(of: images, named: nil)
    table.targets = .none
    return (table, reader.notes)
  }
}

/// Reads pictures, and keeps count of those that cannot be read.
private struct PictureReader {
  let shape: ImageShape
  private var skipped: [(file: String, reason: String)] = []
  /// Pictures in other formats.
  private var others: [String] = []

  init(shape: ImageShape) { self.shape = shape }

  /// For pictures that a model is shown.
  init(for preparation: Preparation) {
    guard let shape = preparation.imageShape else {
      preconditionFailure("only images are read from pictures")
    }
    self.shape = shape
  }

  /// The pictures of a part, without those that cannot be read.
  ///
  /// - Parameter names: the classes that there are, in order.
  mutating func read(
    _ part: PictureTree.Part, classes names: [String], progress: (String) -> Void
  ) throws(DataError) -> ColorImages {
    var images = ColorImages(file: part.path, shape: shape)
    others += part.others
    for (name, files) in part.classes {
      guard let label = names.firstIndex(of: name) else {
        throw DataError(.rows(.unknownClass(name, known: names)), file: part.path)
      }
      for file in files {
        do throws(PictureFile.Failure) {
          let pixels = try PictureFile.pixels(ofFile: file, shape)
          images.append(pixels, label: label)
        } catch {
          guard case .unreadable(let reason) = error else { throw failure(error, file) }
          skipped.append((file, reason))
        }
        try check(images, progress)
      }
    }
    guard !images.labels.isEmpty else {
      throw DataError(.images(.noReadablePicture(skipped[0].reason)), file: skipped[0].file)
    }
    return images
  }

  /// Pictures without classes, all of which must be readable.
  mutating func read(_ files: [String], progress: (String) -> Void) throws(DataError) -> ColorImages {
    var images = ColorImages(file: files[0], shape: shape)
    for file in files {
      do throws(PictureFile.Failure) {
        images.append(
          try PictureFile.pixels(ofFile: file, shape), label: 0)
      } catch {
        throw failure(error, file)
      }
      try check(images, progress)
    }
    return images
  }

  func read(_ bytes: [UInt8], path: String) throws(DataError) -> ColorImages {
    var images = ColorImages(file: path, shape: shape)
    do throws(PictureFile.Failure) {
      images.append(try PictureFile.pixels(bytes, shape), label: 0)
    } catch {
      throw failure(error, path)
    }
    return images
  }

  private func failure(_ failure: PictureFile.Failure, _ file: String) -> DataError {
    switch failure {
    case .unreadable(let reason): DataError(.images(.noReadablePicture(reason)), file: file)
    case .noLibrary: DataError(.images(.noLibrary(isPNG: file.lowercased().hasSuffix(".png"))), file: file)
    case .colored: DataError(.rows(.otherKind(expected: .images, found: .colorImages)), file: file)
    }
  }

  private func check(_ images: ColorImages, _ progress: (String) -> Void) throws(DataError) {
    guard images.labels.count % 500 == 0 else { return }
    progress("\(images.labels.count) images read")
    try checkMemory(bytes: images.bytes.count, file: images.file)
  }

  /// What was left out, the first by name.
  var notes: [String] { damageNotes + otherNotes }

  private var otherNotes: [String] {
    guard !others.isEmpty else { return [] }
    let shown = others.prefix(3).map { sanitized($0, limit: 200) }.joined(separator: ", ")
    return [
      "\(counted(others.count, "image")) in other formats than PNG and JPEG \(others.count == 1 ? "is" : "are") left "
        + "out: \(shown)\(others.count > 3 ? ", …" : "") (ImageMagick converts: mogrify -format png *.webp)"
    ]
  }

  private var damageNotes: [String] {
    guard !skipped.isEmpty else { return [] }
    let shown = skipped.prefix(10).map { "\(sanitized($0.file, limit: 200)) (\(sanitized($0.reason)))" }
    let rest = skipped.count > 10 ? ", …" : ""
    return [
      "\(counted(skipped.count, "image")) cannot be read and \(skipped.count == 1 ? "is" : "are") left out: "
        + shown.joined(separator: ", ") + rest
    ]
  }
}

import Experiment

/// Gray images with their labels in IDX files: a file of images beside its labels, or a folder under the usual names.
package struct IDXImages: DataFormat {
  package static let summary = "an IDX images file or a folder of them"
  package static let folderContents: String? = "IDX images (train-images*, train-labels*)"
  package static let fileEndings = ["ubyte"]
  package static let kinds = [DataKind.images]
  package static let hasSignature = true

  private let probe: Probe
  /// `nil`: a file.
  private let folder: IDXFolder?

  package static func recognize(_ probe: Probe, _ options: DataOptions) throws(DataError) -> Self? {
    if let names = probe.names {
      guard let folder = try IDXFolder(probe.path, names: names) else { return nil }
      return Self(probe: probe, folder: folder)
    }
    return IDXFile.isIDX(Array(probe.start.prefix(4))) ? Self(probe: probe, folder: nil) : nil
  }

  package func load(_ request: LoadRequest, progress: (String) -> Void) throws(DataError) -> Dataset {
    guard let folder else { return try .images(LabeledImages(probe.open()), request) }
    var request = request
    if folder.test != nil { request.test = 0 }
    var dataset = try Dataset.images(folder.training.read(), request)
    if request.options.testPath == nil, let test = folder.test {
      dataset.test = try dataset.preparation.table(of: test.read())
    }
    return dataset
  }

  /// The test images where a folder has both.
  package func labeledRows(
    preparedBy preparation: Preparation, progress: (String) -> Void
  ) throws(DataError) -> PreparedRows {
    let images =
      if let folder { try (folder.test ?? folder.training).read() } else { try LabeledImages(probe.open()) }
    return (try preparation.table(of: images), [])
  }

  package func unlabeledRows(
    preparedBy preparation: Preparation, progress: (String) -> Void
  ) throws(DataError) -> PreparedRows {
    let input =
      if let folder { try InputFile.opened((folder.test ?? folder.training).images) } else {
        try probe.open()
      }
    let images = try IDXFile.images(input)
    let rows = (0..<images.dimensions[0]).map { Int32($0) }
    return (
      preparation.table(
        ofImages: rows.count, features: try preparation.features(of: images, rows: rows), targets: .none), []
    )
  }
}

/// A folder of IDX files under their usual names: train-images…, train-labels…, and t10k-… or test-….
struct IDXFolder {
  /// The two files of a part.
  struct Part {
    var images: String
    var labels: String

    func read() throws(DataError) -> LabeledImages { try LabeledImages(images: images, labels: labels) }
  }

  let training: Part
  private(set) var test: Part?

  /// `nil` if the folder has no training images.
  ///
  /// - Parameter names: of the folder's files, sorted.
  init?(_ path: String, names: [String]) throws(DataError) {
    func file(_ prefixes: String...) -> String? {
      // Some programs unpack each file into a folder of its name.
      names.map { "\(path)/\($0)" }.first { file in
        prefixes.contains { file.dropFirst(path.count + 1).hasPrefix($0) } && isFile(file)
      }
    }
    func part(images: String, labels: String?, tried: String) throws(DataError) -> Part {
      guard let labels else {
        throw DataError(.images(.noLabelsFile(tried: "\(path)/\(tried)")), file: images)
      }
      return Part(images: images, labels: labels)
    }
    guard let images = file("train-images") else { return nil }
    training = try part(images: images, labels: file("train-labels"), tried: "train-labels-idx1-ubyte")
    if let images = file("t10k-images", "test-images") {
      test = try part(
        images: images, labels: file("t10k-labels", "test-labels"), tried: "t10k-labels-idx1-ubyte")
    }
  }
}

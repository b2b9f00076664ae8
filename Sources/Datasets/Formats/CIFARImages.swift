import Experiment

/// Color images in CIFAR-10's binary files: one file, or a folder under the usual names.
package struct CIFARImages: DataFormat {
  package static let summary = "a CIFAR-10 file or folder (*.bin)"
  package static let folderContents: String? = "CIFAR-10 files (data_batch*.bin)"
  package static let kinds = [DataKind.colorImages]

  private let probe: Probe
  /// `nil`: a file.
  private let folder: ColorImageFolder?

  package static func recognize(_ probe: Probe, _ options: DataOptions) throws(DataError) -> Self? {
    if let names = probe.names {
      guard let folder = try ColorImageFolder(probe.path, names: names) else { return nil }
      return Self(probe: probe, folder: folder)
    }
    return ColorImages.isNamed(probe.path) ? Self(probe: probe, folder: nil) : nil
  }

  package func load(_ request: LoadRequest, progress: (String) -> Void) throws(DataError) -> Dataset {
    guard let folder else {
      return try .colorImages(
        ColorImages(probe.open()), classNames: ColorImageFolder.classNames(beside: probe.path), request)
    }
    var request = request
    if folder.test != nil { request.test = 0 }
    var dataset = try Dataset.colorImages(
      ColorImages(folder.training), classNames: folder.classNames, request)
    if request.options.testPath == nil, let path = folder.test {
      dataset.test = try dataset.preparation.table(of: ColorImages([path]))
    }
    return dataset
  }

  /// The test images where a folder has both.
  package func labeledRows(
    preparedBy preparation: Preparation, progress: (String) -> Void
  ) throws(DataError) -> PreparedRows {
    let images =
      if let folder { try ColorImages(folder.test.map { [$0] } ?? folder.training) } else {
        try ColorImages(probe.open())
      }
    return (try preparation.table(of: images), [])
  }

  package func unlabeledRows(
    preparedBy preparation: Preparation, progress: (String) -> Void
  ) throws(DataError) -> PreparedRows {
    var table = try labeledRows(preparedBy: preparation, progress: progress).table
    table.targets = .none
    return (table, [])
  }
}

import Experiment

/// Color images in the binary files of CIFAR-10 and CIFAR-100: one file, or a folder under the usual names.
package struct CIFARImages: DataFormat {
  package static let summary = "a CIFAR-10 or CIFAR-100 file or folder (*.bin)"
  package static let folderContents: String? = "CIFAR files (data_batch*.bin, train.bin)"
  package static let fileEndings = [".bin"]
  package static let kinds = [DataKind.colorImages]

  private let probe: Probe
  /// `nil`: a file.
  private let folder: ColorImageFolder?
  private let layout: CIFARLayout

  package static func recognize(_ probe: Probe, _ options: DataOptions) throws(DataError) -> Self? {
    if let names = probe.names {
      guard let folder = try ColorImageFolder(probe.path, names: names, isCoarse: options.coarse == true)
      else { return nil }
      return Self(probe: probe, folder: folder, layout: folder.layout)
    }
    guard ColorImages.isNamed(probe.path) else { return nil }
    let layout = ColorImageFolder.layout(ofFile: probe.path, isCoarse: options.coarse == true)
    return Self(probe: probe, folder: nil, layout: layout)
  }

  package func load(_ request: LoadRequest, progress: (String) -> Void) throws(DataError) -> Dataset {
    guard let folder else {
      return try .colorImages(
        ColorImages(probe.open(), layout),
        classNames: ColorImageFolder.classNames(beside: probe.path, layout), request)
    }
    var request = request
    if folder.test != nil { request.test = 0 }
    var dataset = try Dataset.colorImages(
      ColorImages(folder.training, layout), classNames: folder.classNames, request)
    if request.options.testPath == nil, let path = folder.test {
      dataset.test = try dataset.preparation.table(of: ColorImages([path], layout))
    }
    return dataset
  }

  /// The test images where a folder has both.
  package func labeledRows(
    preparedBy preparation: Preparation, progress: (String) -> Void
  ) throws(DataError) -> PreparedRows {
    // Which labels a model was trained with follows from how many classes it knows.
    let count = preparation.classNames.count
    let layout = layout == .hundred && count == CIFARLayout.coarse.classes ? CIFARLayout.coarse : layout
    let images =
      if let folder { try ColorImages(folder.test.map { [$0] } ?? folder.training, layout) } else {
        try ColorImages(probe.open(), layout)
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

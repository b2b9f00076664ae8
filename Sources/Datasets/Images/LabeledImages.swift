import Glibc

/// Gray images and their labels.
struct LabeledImages {
  /// [images, height, width]
  let images: IDXFile
  /// The label of each image.
  let labels: [Int32]
  /// The path of the file of labels.
  let labelsFile: String

  init(images: String, labels: String) throws(DataError) {
    try self.init(
      images: IDXFile.images(InputFile.opened(images)), labels: IDXFile.labels(InputFile.opened(labels)))
  }

  /// Images with the labels from the file beside them that is called alike: `labels` for `images` and `idx1`
  /// for `idx3` in its name, gzip or not.
  init(_ images: consuming InputFile) throws(DataError) {
    let path = images.path
    let read = try IDXFile.images(images)
    guard let beside = Self.labelsPath(for: path) else {
      throw DataError(.images(.noLabelsFile(tried: nil)), file: path)
    }
    let other = beside.hasSuffix(".gz") ? String(beside.dropLast(3)) : beside + ".gz"
    guard let labels = [beside, other].first(where: { (path: String) in access(path, F_OK) == 0 }) else {
      throw DataError(.images(.noLabelsFile(tried: beside)), file: path)
    }
    try self.init(images: read, labels: IDXFile.labels(InputFile.opened(labels)))
  }

  private init(images: IDXFile, labels: IDXFile) throws(DataError) {
    try self.init(images, labels: labels.bytes.map { Int32($0) }, file: labels.file)
  }

  /// Images that are in memory.
  ///
  /// - Parameter file: where the labels are.
  init(_ images: IDXFile, labels: [Int32], file: String) throws(DataError) {
    guard images.dimensions[0] == labels.count else {
      throw DataError(
        .images(.countMismatch(images: images.dimensions[0], labels: labels.count)), file: file)
    }
    (self.images, self.labels, labelsFile) = (images, labels, file)
  }

  private static func labelsPath(for images: String) -> String? {
    var folder = images.split(separator: "/", omittingEmptySubsequences: false)
    guard let file = folder.popLast(), file.contains("images") else { return nil }
    let name = file.replacing("images", with: "labels").replacing("idx3", with: "idx1")
    return (folder + [name]).joined(separator: "/")
  }
}

extension IDXFile {
  /// The number of pixels of each image of an images file.
  var pixels: Int { dimensions[1] * dimensions[2] }

  /// The shape of the images of an images file.
  var shape: ImageShape { ImageShape(width: dimensions[2], height: dimensions[1]) }
}

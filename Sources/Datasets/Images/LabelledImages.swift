import Glibc

/// Grey images and their labels.
struct LabelledImages {
  /// [images, height, width]
  let images: IDXFile
  /// [images]
  let labels: IDXFile

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
      throw DataError(.noLabelsFile(tried: nil), file: path)
    }
    let other = beside.hasSuffix(".gz") ? String(beside.dropLast(3)) : beside + ".gz"
    guard let labels = [beside, other].first(where: { (path: String) in access(path, F_OK) == 0 }) else {
      throw DataError(.noLabelsFile(tried: beside), file: path)
    }
    try self.init(images: read, labels: IDXFile.labels(InputFile.opened(labels)))
  }

  private init(images: IDXFile, labels: IDXFile) throws(DataError) {
    guard images.dimensions[0] == labels.dimensions[0] else {
      throw DataError(
        .countMismatch(images: images.dimensions[0], labels: labels.dimensions[0]), file: labels.file)
    }
    self.images = images
    self.labels = labels
  }

  private static func labelsPath(for images: String) -> String? {
    var folder = images.split(separator: "/", omittingEmptySubsequences: false)
    guard let file = folder.popLast(), file.contains("images") else { return nil }
    let name = file.replacing("images", with: "labels").replacing("idx3", with: "idx1")
    return (folder + [name]).joined(separator: "/")
  }
}

extension IDXFile {
  /// Of each image of an images file.
  var pixels: Int { dimensions[1] * dimensions[2] }

  /// Of an images file.
  var shape: ImageShape { ImageShape(width: dimensions[2], height: dimensions[1]) }
}

/// A folder of IDX files under their usual names: train-images…, train-labels…, and t10k-… or test-….
struct ImageFolder {
  let trainingImages: String
  let trainingLabels: String
  private(set) var testImages: String?
  private(set) var testLabels: String?

  /// `nil` if the path is not a folder.
  init?(_ path: String) throws(DataError) {
    guard let names = try fileNames(inFolder: path)?.sorted() else { return nil }
    func file(_ prefixes: String...) -> String? {
      names.first { name in prefixes.contains { name.hasPrefix($0) } }.map { "\(path)/\($0)" }
    }
    guard let images = file("train-images") else { throw DataError(.noImagesInFolder, file: path) }
    guard let labels = file("train-labels") else {
      throw DataError(.noLabelsFile(tried: "\(path)/train-labels-idx1-ubyte"), file: images)
    }
    trainingImages = images
    trainingLabels = labels
    testImages = file("t10k-images", "test-images")
    testLabels = file("t10k-labels", "test-labels")
    if let testImages, testLabels == nil {
      throw DataError(.noLabelsFile(tried: "\(path)/t10k-labels-idx1-ubyte"), file: testImages)
    }
  }
}

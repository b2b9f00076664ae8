import Glibc

/// Images of one shape as bytes, with their labels.
struct ColorImages {
  /// The first file.
  let file: String
  let shape: ImageShape
  /// The label of each image.
  private(set) var labels: [Int32] = []
  /// [images, height, width, channels]
  private(set) var bytes: [UInt8] = []

  init(file: String, shape: ImageShape) {
    (self.file, self.shape) = (file, shape)
  }

  /// - Parameter pixels: [height, width, channels]
  mutating func append(_ pixels: [UInt8], label: Int) {
    precondition(pixels.count == shape.size, "images have one shape")
    labels.append(Int32(label))
    bytes += pixels
  }

  /// The same images with other labels.
  func relabeled(_ labels: [Int32]) -> ColorImages {
    var copy = self
    copy.labels = labels
    return copy
  }

  /// Sets all labels to 0, for images that are to be predicted.
  mutating func forgetLabels() { labels = labels.map { _ in 0 } }
}

/// How the binary files of CIFAR lay out an image: labels, then its red, green and blue plane of 32 × 32 pixels, a byte
/// a pixel.
struct CIFARLayout: Equatable {
  /// The number of label bytes before the color planes.
  let labels: Int
  /// The index of the label byte that is the class.
  let label: Int
  /// Labels lie in 0 ..< classes.
  let classes: Int
  /// The file beside the images that names the classes, a line each.
  let namesFile: String

  static let ten = CIFARLayout(labels: 1, label: 0, classes: 10, namesFile: "batches.meta.txt")
  static let hundred = CIFARLayout(labels: 2, label: 1, classes: 100, namesFile: "fine_label_names.txt")
  /// The twenty superclasses of the hundred.
  static let coarse = CIFARLayout(labels: 2, label: 0, classes: 20, namesFile: "coarse_label_names.txt")

  static let shape = ImageShape(width: 32, height: 32, channels: 3)
}

extension ColorImages {
  private static let pixels = 1024
  private static let largest = 1 << 31

  /// Images of several files, one after the other.
  init(_ paths: [String], _ layout: CIFARLayout) throws(DataError) {
    precondition(!paths.isEmpty, "images come from files")
    self.init(file: paths[0], shape: CIFARLayout.shape)
    for path in paths { try append(InputFile.opened(path), layout) }
  }

  init(_ input: consuming InputFile, _ layout: CIFARLayout) throws(DataError) {
    self.init(file: input.path, shape: CIFARLayout.shape)
    try append(input, layout)
  }

  private mutating func append(_ input: consuming InputFile, _ layout: CIFARLayout) throws(DataError) {
    var input = input
    let record = layout.labels + 3 * Self.pixels
    let chunk = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: 256 * record)
    defer { chunk.deallocate() }
    var total = 0
    while true {
      let count = try input.read(into: chunk)
      total += count
      if total >= Self.largest { throw DataError(.file(.tooLarge(bytes: total)), file: input.path) }
      for start in stride(from: 0, through: count - record, by: record) {
        try append(UnsafeBufferPointer(rebasing: chunk[start..<start + record]), layout, of: input.path)
      }
      if count < chunk.count { break }
    }
    if total == 0 { throw DataError(.file(.empty), file: input.path) }
    guard total % record == 0 else {
      throw DataError(.images(.partOfImage(bytes: total, record: record)), file: input.path)
    }
  }

  private mutating func append(
    _ record: UnsafeBufferPointer<UInt8>, _ layout: CIFARLayout, of path: String
  ) throws(DataError) {
    let label = record[layout.label]
    guard label < layout.classes else {
      throw DataError(
        .images(.labelOutOfRange(Int(label), image: labels.count + 1, classes: layout.classes)), file: path)
    }
    labels.append(Int32(label))
    for pixel in 0..<Self.pixels {
      for channel in 0..<3 { bytes.append(record[layout.labels + channel * Self.pixels + pixel]) }
    }
  }

  /// Whether the name of a file is that of a CIFAR file. The files have no signature.
  static func isNamed(_ path: String) -> Bool { path.hasSuffix(".bin") || path.hasSuffix(".bin.gz") }
}

/// A folder of CIFAR's binary files under their usual names.
struct ColorImageFolder {
  let layout: CIFARLayout
  let training: [String]
  let test: String?
  let classNames: [String]

  /// `nil` if the folder has no training images.
  ///
  /// - Parameters:
  ///   - names: of the folder's files, sorted.
  ///   - isCoarse: whether CIFAR-100's superclasses are wanted.
  init?(_ path: String, names: [String], isCoarse: Bool) throws(DataError) {
    func files(_ prefix: String) -> [String] {
      names.filter { $0.hasPrefix(prefix) && ColorImages.isNamed($0) }.map { "\(path)/\($0)" }
    }
    let batches = files("data_batch")
    training = batches.isEmpty ? files("train.bin") : batches
    guard !training.isEmpty else { return nil }
    layout = !batches.isEmpty ? .ten : isCoarse ? .coarse : .hundred
    test = files(batches.isEmpty ? "test.bin" : "test_batch").first
    classNames = try Self.classNames(in: path, layout)
  }

  /// The layout of a single file, whose name or whose neighbors say which it is.
  static func layout(ofFile path: String, isCoarse: Bool) -> CIFARLayout {
    let name = path.split(separator: "/").last.map(String.init) ?? path
    let hundred = isCoarse ? CIFARLayout.coarse : .hundred
    let isHundred =
      ["train.bin", "test.bin"].contains { name.hasPrefix($0) }
      || access("\(folder(of: path))/\(hundred.namesFile)", F_OK) == 0
    return isHundred ? hundred : .ten
  }

  /// The names of the classes, one per line of the file that has them; numbers if there is no such file.
  static func classNames(in folder: String, _ layout: CIFARLayout) throws(DataError) -> [String] {
    let path = "\(folder)/\(layout.namesFile)"
    guard access(path, F_OK) == 0 else { return (0..<layout.classes).map { "\($0)" } }
    var input = try InputFile.opened(path)
    let text = String(decoding: try input.peek(1 << 14), as: UTF8.self)
    let names = text.split(whereSeparator: \.isNewline).map {
      $0.split(separator: " ").joined(separator: " ")
    }
    .filter { !$0.isEmpty }
    guard names.count == layout.classes, Set(names).count == names.count else {
      throw DataError(.images(.classNames(expected: layout.classes, found: names.count)), file: path)
    }
    return names
  }

  /// The names of the classes in the folder of a file.
  static func classNames(beside file: String, _ layout: CIFARLayout) throws(DataError) -> [String] {
    try classNames(in: folder(of: file), layout)
  }

  private static func folder(of file: String) -> String {
    let folder = file.split(separator: "/", omittingEmptySubsequences: false).dropLast()
    return folder.isEmpty ? "." : folder.joined(separator: "/")
  }
}

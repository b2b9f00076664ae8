import PlainText

/// What can be wrong with images and their labels.
public enum ImageProblem: Equatable, Sendable {
  case notIDXImages
  case labelsNotImages
  case notIDXLabels
  case idxNotBytes
  case badDimensions([Int])
  case truncatedIDX(expected: Int, found: Int)
  case overlongIDX(expected: Int)
  case noLabelsFile(tried: String?)
  case countMismatch(images: Int, labels: Int)
  case imageShape(expected: ImageShape, found: ImageShape)
  case partOfImage(bytes: Int, record: Int)
  /// `image`: from 1.
  case labelOutOfRange(Int, image: Int, classes: Int)
  case classNames(expected: Int, found: Int)
  case noClassFolders
  case noReadablePicture(String)
  case noLibrary(isPNG: Bool)
}

extension ImageProblem: DataProblem {
  /// What is wrong, and what to do.
  var sentence: String {
    switch self {
    case .notIDXImages: "this is not an IDX images file (magic number 2051); check the file"
    case .labelsNotImages: "these are IDX labels; give the images file"
    case .notIDXLabels: "this is not an IDX labels file (magic number 2049); check the file"
    case .idxNotBytes: "the IDX file holds another type than unsigned bytes; convert it"
    case .badDimensions(let dimensions):
      "the header says \(dimensions.map(String.init).joined(separator: " × ")), which cannot be; fetch the "
        + "file again"
    case .truncatedIDX(let expected, let found):
      "the file ends after \(found) of the \(expected) bytes its header promises; fetch it again"
    case .overlongIDX(let expected):
      "the file goes on after the \(expected) bytes its header promises; fetch it again"
    case .noLabelsFile(let tried?): "the labels are missing; put them into \(sanitized(tried, limit: 300))"
    case .noLabelsFile:
      "the labels cannot be found; name the files alike, with 'images' in one name and 'labels' in the other"
    case .countMismatch(let images, let labels):
      "\(counted(labels, "label")) for \(counted(images, "image")); use files that belong together"
    case .imageShape(let expected, let found):
      "the images are \(found.text), those of the training data \(expected.text); use images of the same size"
    case .partOfImage(let bytes, let record):
      "the file's \(bytes) bytes are no whole number of images of \(record) bytes (labels and 32 × 32 pixels of "
        + "three colors); fetch it again"
    case .noClassFolders:
      "these images have no classes; put those of each class into a folder of its name, and give the folder above"
    case .noReadablePicture(let reason):
      "the image cannot be read: \(sanitized(reason)); save it as PNG or JPEG"
    case .noLibrary(let isPNG):
      "what reads \(isPNG ? "PNG" : "JPEG") images is not installed; on Debian and Ubuntu: apt install "
        + (isPNG ? "libpng16-16" : "libturbojpeg0 (or libturbojpeg)")
    case .labelOutOfRange(let label, let image, let classes):
      "image \(image) has the label \(label), but there are \(classes) classes; check that this is a CIFAR file"
    case .classNames(let expected, let found):
      "\(counted(found, "different name")) for \(expected) classes; write one name a line"
    }
  }
}

extension ImageShape {
  fileprivate var text: String {
    "\(width) × \(height)" + (channels == 1 ? "" : " × \(channels)") + " pixels"
  }
}

extension DataError.Reason {
  /// A problem with images.
  public static func images(_ problem: ImageProblem) -> Self { Self(problem) }
}

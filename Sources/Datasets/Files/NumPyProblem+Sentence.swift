import PlainText

extension NumPyProblem: DataProblem {
  /// What is wrong, and what to do.
  var sentence: String {
    switch self {
    case .damaged: "the header of the NumPy array is damaged; save it again with numpy.save"
    case .truncated: "the file ends before the array that its header promises; fetch or save it again"
    case .structured: "the array has named fields; save its columns as one array, or as CSV with pandas"
    case .objects:
      "the array holds Python objects; convert it with .astype(float) or .astype(str) before saving"
    case .type(let name):
      "the array's type is \(sanitized(name)); convert it with .astype to floats, whole numbers or texts"
    case .damagedArchive: "the archive is damaged, or no .npz file; save it again with numpy.savez"
    case .checksum(let member):
      "\(sanitized(member)) in the archive is damaged: its checksum is wrong; fetch or save the archive again"
    case .emptyRows(let shape):
      "the array's shape is \(Self.text(shape)), so its rows have no elements; save at least one feature a row"
    case .noArray(let names):
      "the archive has \(names.isEmpty ? "no arrays" : "the arrays " + listed(names)); name them X and y"
    case .shape(let shape):
      "the array's shape is \(Self.text(shape)); give [rows, features], [rows, height, width] or "
        + "[rows, height, width, channels]"
    case .targetShape(let shape, let rows):
      "the targets' shape is \(Self.text(shape)), but there are \(counted(rows, "row")); give one target a row"
    case .pixelRange: "the pixels are not within 0…255; scale them to 0…255 or to 0…1"
    case .undefinedPixel(let image):
      "image \(image), counted from 0, has a pixel that is NaN; replace it, as numpy.nan_to_num does"
    case .pixelsAboveOne(let most):
      "the pixels go up to \(most), those of the training images only to 1; scale them alike"
    case .noTarget: "the images have no classes; name the arrays X and y, or put y.npy beside X.npy"
    case .valueOfImage(let value, let row):
      "the target of row \(row), counted from 0, is \(value), which is no class, and of images classes alone are "
        + "predicted; give whole numbers or texts"
    case .undefinedTarget(let row):
      "the target of row \(row), counted from 0, is NaN; leave the row out, or give it a class"
    case .manyTargets(let different, let rows):
      "the targets are \(different) different numbers in \(counted(rows, "row")), too many to be classes, and of images "
        + "classes alone are predicted; give whole numbers or texts that repeat"
    }
  }

  private static func text(_ shape: [Int]) -> String {
    "[" + shape.map(String.init).joined(separator: ", ") + "]"
  }
}

extension DataError.Reason {
  /// A problem with NumPy arrays.
  public static func numpy(_ problem: NumPyProblem) -> Self { Self(problem) }
}

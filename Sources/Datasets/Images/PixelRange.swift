/// What numbers the pixels of training images were: how those of other NumPy arrays are read.
public enum PixelRange: String, Codable, Sendable {
  /// Floating-point numbers of 0…1.
  case fractions
  /// Floating-point numbers of 0…255.
  case floats
  /// Whole numbers of 0…255, or booleans.
  case integers
}

extension PixelRange {
  /// The range of training images, by the type of their numbers.
  ///
  /// - Parameter largest: of the numbers, none of which is negative.
  init(_ array: NumPyArray, largest: Double) {
    self = array.isInteger ? .integers : largest <= 1 ? .fractions : .floats
  }
}

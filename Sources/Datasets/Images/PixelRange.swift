/// What numbers the pixels of training images were: how those of other NumPy arrays are read.
public enum PixelRange: String, Codable, Sendable {
  /// Floating-point numbers of 0…1.
  case fractions
  /// Floating-point numbers of 0…255.
  case floats
  /// Whole numbers of 0…255; booleans, too, in models of older versions.
  case integers
  /// Booleans, of which true is white.
  case booleans
}

extension PixelRange {
  /// The number of a white pixel.
  public var white: Double {
    switch self {
    case .fractions, .booleans: 1
    case .floats, .integers: 255
    }
  }

  /// The range of training images, by the type of their numbers.
  ///
  /// - Parameter largest: of the numbers, none of which is negative.
  init(_ array: NumPyArray, largest: Double) {
    self =
      array.isBoolean ? .booleans : array.isInteger ? .integers : largest <= 1 ? .fractions : .floats
  }
}

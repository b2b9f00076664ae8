import Foundation

/// Named tensors in the safetensors format: eight bytes with the header's length (little-endian), a JSON header with
/// each tensor's type, shape and place, then the elements, row-major and little-endian, without gaps.
///
/// Files of 32- and 64-bit floats are read and written, as the Python package `safetensors` does.
public struct Safetensors: Equatable, Sendable {
  /// Free text about the whole, such as where it comes from.
  public var metadata: [String: String]
  /// By name.
  public var tensors: [String: Tensor]

  /// A shape and as many elements as it says, row-major. An empty shape is a scalar's.
  public struct Tensor: Equatable, Sendable {
    public let shape: [Int]
    public let elements: Elements

    /// - Precondition: no extent is negative, and their product is the number of elements.
    public init(shape: [Int], _ elements: Elements) {
      precondition(
        Safetensors.elementCount(shape) == elements.count, "a tensor has as many elements as its shape says")
      self.shape = shape
      self.elements = elements
    }
  }

  /// Elements of one of the types that are read.
  public enum Elements: Equatable, Sendable {
    case f32([Float])
    case f64([Double])

    public var count: Int {
      switch self {
      case .f32(let values): values.count
      case .f64(let values): values.count
      }
    }

    var type: ElementType {
      switch self {
      case .f32: .f32
      case .f64: .f64
      }
    }
  }

  /// Types that are read.
  enum ElementType: String {
    case f32 = "F32"
    case f64 = "F64"

    /// Bytes of an element.
    var size: Int {
      switch self {
      case .f32: 4
      case .f64: 8
      }
    }
  }

  /// - Precondition: no tensor is called `__metadata__`.
  public init(tensors: [String: Tensor], metadata: [String: String] = [:]) {
    precondition(tensors[Self.metadataName] == nil, "\(Self.metadataName) is not a tensor's name")
    self.tensors = tensors
    self.metadata = metadata
  }

  /// The product of extents; `nil` if it overflows, or an extent is negative.
  static func elementCount(_ shape: [Int]) -> Int? {
    if shape.contains(where: { $0 < 0 }) { return nil }
    if shape.contains(0) { return 0 }
    var count = 1
    for extent in shape {
      let (product, overflows) = count.multipliedReportingOverflow(by: extent)
      if overflows { return nil }
      count = product
    }
    return count
  }

  static let metadataName = "__metadata__"
  /// As in the reference implementation.
  static let largestHeader = 100_000_000
}

import Foundation

/// Named tensors in the safetensors format: the header's length in eight bytes (little-endian), a JSON header with each
/// tensor's type, shape and byte offsets, then the elements, row-major and little-endian, without gaps.
///
/// Elements are 32- or 64-bit floats. Files are interchangeable with those of the Python package `safetensors`.
public struct Safetensors: Equatable, Sendable {
  /// Free text by key.
  public var metadata: [String: String]
  /// The tensors by name.
  public var tensors: [String: Tensor]

  /// A shape and its elements, row-major. An empty shape is that of a scalar.
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

  /// Elements of one of the supported types.
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

  /// The supported types, by their names in the header.
  enum ElementType: String {
    case f32 = "F32"
    case f64 = "F64"

    /// Bytes per element.
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
  /// The largest header in bytes, as in the reference implementation.
  static let largestHeader = 100_000_000
}

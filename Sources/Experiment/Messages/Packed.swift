import Foundation

/// An array that a message between processes carries as few texts in place of many numbers: base64 of its bytes, the
/// lowest byte first. A thousand numbers one by one cost some milliseconds on either side, which a dashboard has not
/// got.
///
/// Only encoders with `packsNumbers` write it so; files stay readable for people. Both forms are read everywhere.
@propertyWrapper
public struct Packed<Element: PackableElement & Equatable>: Equatable, Sendable {
  public var wrappedValue: [Element]

  public init(wrappedValue: [Element]) { self.wrappedValue = wrappedValue }
}

extension Packed: Codable {
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let array = try? container.decode(Element.Packed.self) {
      guard let elements = Element.unpacked(array) else {
        throw DecodingError.dataCorruptedError(in: container, debugDescription: "not packed numbers")
      }
      wrappedValue = elements
    } else {
      wrappedValue = try container.decode([Element].self)
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    if encoder.userInfo[.packsNumbers] == nil {
      try container.encode(wrappedValue)
    } else {
      try container.encode(Element.packed(wrappedValue))
    }
  }
}

extension CodingUserInfoKey {
  /// Any value: `Packed` arrays become texts.
  public static let packsNumbers = CodingUserInfoKey(rawValue: "packsNumbers")!
}

/// What `Packed` arrays can consist of.
public protocol PackableElement: Codable, Sendable {
  /// Codes a whole array, and cannot be mistaken for the array itself.
  associatedtype Packed: Codable
  static func packed(_ elements: [Self]) -> Packed
  /// `nil`: the coded array is none of these.
  static func unpacked(_ packed: Packed) -> [Self]?
}

/// A number of one byte, or one whose bytes lie as they do on every machine that Linux and this program run on: the
/// lowest first.
public protocol PackableNumber: PackableElement, BitwiseCopyable where Packed == String {}

extension PackableNumber {
  public static func packed(_ elements: [Self]) -> String {
    elements.withUnsafeBytes { Data($0) }.base64EncodedString()
  }

  public static func unpacked(_ packed: String) -> [Self]? {
    guard let bytes = Data(base64Encoded: packed), bytes.count % MemoryLayout<Self>.stride == 0 else {
      return nil
    }
    let count = bytes.count / MemoryLayout<Self>.stride
    return [Self](unsafeUninitializedCapacity: count) { elements, filled in
      bytes.copyBytes(to: UnsafeMutableRawBufferPointer(elements))
      filled = count
    }
  }
}

extension Float: PackableNumber {}
extension UInt8: PackableNumber {}
extension Int: PackableNumber {}

/// One text for each inner array.
extension Array: PackableElement where Element: PackableNumber {
  public static func packed(_ elements: [[Element]]) -> [String] { elements.map(Element.packed) }

  public static func unpacked(_ packed: [String]) -> [[Element]]? {
    let arrays = packed.compactMap(Element.unpacked)
    return arrays.count == packed.count ? arrays : nil
  }
}

import CZlib
import Foundation

/// CRC-32 as gzip, PNG and Ethernet have it.
package enum Checksum {
  static func of(_ data: Data) -> UInt32 { data.withUnsafeBytes { of($0) } }

  /// - Parameter earlier: of the bytes before these.
  package static func of(_ bytes: UnsafeRawBufferPointer, after earlier: UInt32 = 0) -> UInt32 {
    var sum = UInt(earlier)
    var start = 0
    while start < bytes.count {
      let count = min(bytes.count - start, 1 << 30)
      sum = crc32(
        sum, bytes.baseAddress!.advanced(by: start).assumingMemoryBound(to: UInt8.self), UInt32(count))
      start += count
    }
    return UInt32(truncatingIfNeeded: sum)
  }
}

/// What tells a file's content from any other that may stand at its place.
struct Seal: Codable, Equatable, Sendable {
  var bytes: Int
  var crc32: UInt32

  init(_ data: Data) {
    bytes = data.count
    crc32 = Checksum.of(data)
  }
}

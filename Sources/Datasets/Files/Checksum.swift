import CZlib
import Foundation

/// CRC-32 with the polynomial of gzip, PNG and Ethernet.
package enum Checksum {
  package static func of(_ data: Data) -> UInt32 { data.withUnsafeBytes { of($0) } }

  /// - Parameter earlier: the checksum of the bytes before these.
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

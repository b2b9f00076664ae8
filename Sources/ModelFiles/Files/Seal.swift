import Datasets
import Foundation

/// Size and checksum of a file's content, to recognize it.
struct Seal: Codable, Equatable, Sendable {
  var bytes: Int
  var crc32: UInt32

  init(_ data: Data) {
    bytes = data.count
    crc32 = Checksum.of(data)
  }
}

import Foundation
import JSONText

/// How messages are written as bytes: JSON in frames, long arrays of numbers packed.
package enum WireFormat {
  /// Raise it with every change of `RunMessage`, `ViewerMessage` or a type in them, be it a new case of an enumeration: a
  /// viewer of another version is told so, and sent nothing that it would misread.
  package static let version = 7
  /// Bytes of a frame at most. A run's first snapshot may have a long history.
  package static let maxBytesOfRun = 64 << 20
  package static let maxBytesOfViewer = 64 << 10
  /// Either side says something at least so often.
  static let heartbeat = Duration.seconds(1)
  /// A viewer that says nothing for so long is stopped, or takes nothing: nothing is measured for it alone.
  package static let longestSilenceOfViewer = Duration.seconds(2)
  /// The same of a run. Its viewer says so, which a short wait is not worth.
  package static let longestSilence = Duration.seconds(5)

  package static func encode(_ message: some Encodable) -> Data {
    let encoder = JSONFormat.encoder()
    encoder.userInfo[.packsNumbers] = true
    guard let data = try? encoder.encode(message) else {
      preconditionFailure("every message can be encoded")
    }
    return frame(data)
  }

  /// Its length in four bytes, the lowest first, and then the message.
  package static func frame(_ message: Data) -> Data {
    var length = UInt32(message.count).littleEndian
    return Data(bytes: &length, count: 4) + message
  }

  package static func decode<Message: Decodable>(_ frame: Data) -> Message? {
    try? JSONFormat.decoder().decode(Message.self, from: frame)
  }
}

/// Cuts what arrives into frames.
package struct FrameReader {
  private let limit: Int
  private var waiting = Data()

  package init(limit: Int) { self.limit = limit }

  package mutating func append(_ bytes: Data) { waiting += bytes }

  package struct TooLong: Error {
    package let length: Int
  }

  /// The next whole frame; `nil`: it has not arrived yet.
  ///
  /// - Throws: if one is announced that is longer than the limit, or empty. Nothing can be read after that.
  package mutating func next() throws(TooLong) -> Data? {
    guard waiting.count >= 4 else { return nil }
    let length = waiting.prefix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
    guard (1...limit).contains(length) else { throw TooLong(length: length) }
    guard waiting.count >= 4 + length else { return nil }
    let frame = Data(waiting.dropFirst(4).prefix(length))
    waiting = Data(waiting.dropFirst(4 + length))
    return frame
  }
}

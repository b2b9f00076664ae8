import Experiment
import Foundation
import JSONText

/// What a run says to a viewer. As JSON in frames; both sides name the version that they speak.
package enum RunMessage: Codable, Sendable {
  /// The first: which run it is.
  case welcome(version: Int, name: String)
  /// What happened before.
  case history([Event])
  case update(events: [Event], SnapshotChange?)
  case inspection(Inspection)
  case frontier(CutFrontier)
  case price(CutPrice)
  /// The last: why nothing follows, a clause.
  case end(String)
}

/// What a viewer says to a run.
package enum ViewerMessage: Codable, Sendable {
  /// The first.
  case hello(version: Int)
  case command(Command)
  /// What inspections are to measure.
  case request(InspectionRequest)
}

package enum WireFormat {
  package static let version = 1
  /// Bytes of a frame at most. A run's first snapshot may have a long history.
  package static let mostBytesOfRun = 64 << 20
  package static let mostBytesOfViewer = 64 << 10

  package static func encode(_ message: some Encodable) -> Data {
    guard let data = try? JSONFormat.encoder().encode(message) else {
      preconditionFailure("every message can be encoded")
    }
    return frame(data)
  }

  /// Its length in four bytes, the lowest first, and then the message.
  package static func frame(_ message: Data) -> Data {
    var length = UInt32(message.count).littleEndian
    return Data(bytes: &length, count: 4) + message
  }

  static func decode<Message: Decodable>(_ frame: Data) -> Message? {
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

extension Command {
  /// Whether the numbers of a command from outside are such that sums with them stay numbers. What is in range and means
  /// nothing here is refused by the trainer, with a reason.
  var isInRange: Bool {
    guard (1..<RunFeed.numbersPerViewer).contains(id) else { return false }
    let counts = 0...1_000_000_000
    let amounts = 1e-12...1e12
    switch action {
    case .pause, .resume, .step, .stop, .undo, .redo, .evaluateTest, .stopCompressing: return true
    case .truncate(let layer, let width, _, _), .compress(let layer, let width):
      return counts.contains(layer) && counts.contains(width)
    case .truncateAll(let keep, _, _): return (0...1).contains(keep)
    case .truncateTo(let widths, _, _): return widths.allSatisfy(counts.contains)
    case .compressUntil(let layers, let tolerance, _):
      return layers.allSatisfy(counts.contains) && Set(layers).count == layers.count
        && (0...1e12).contains(tolerance)
    case .reorder(let layer), .setPolicy(let layer, _): return counts.contains(layer)
    case .setPace(let pace): return pace.map(amounts.contains) ?? true
    case .setLearningRate(let value), .setPrice(let value): return amounts.contains(value)
    }
  }
}

import Experiment
import Foundation
import Fuzzing
import Messaging
import Testing
import Training

/// Damaged messages between a run and its viewers are dropped or read, and never anything else.
@Suite("Damaged messages") struct MessageFuzzTests {
  private static let viewer: [Data] = [
    .hello(version: WireFormat.version),
    .command(Command(id: 1, action: .truncate(layer: 0, width: 30))),
    .command(Command(id: 2, action: .truncateTo(widths: [3, 4], isTaught: true))),
    .command(Command(id: 3, action: .compressUntil(layers: [0, 1], tolerance: 0.01))),
    .command(Command(id: 4, action: .setLearningRate(0.5))),
    .request(InspectionRequest(orderLayer: 1, wantsFrontier: true, shownLayer: 0)), .alive,
  ].map { (message: ViewerMessage) in WireFormat.encode(message) }

  private static let run: [Data] = [
    .welcome(version: WireFormat.version, name: "spiral"), .history([]), .update(events: [], nil),
    .end("the run has ended"),
  ].map { (message: RunMessage) in WireFormat.encode(message) }

  /// What a reader makes of bytes that arrive in pieces: messages, and frames that are none.
  private func read<Message: Decodable>(
    _ bytes: [UInt8], as type: Message.Type, _ generator: inout SeededGenerator
  ) -> (messages: Int, frames: Int) {
    var reader = FrameReader(limit: WireFormat.maxBytesOfViewer)
    var rest = bytes[...]
    var (messages, frames) = (0, 0)
    while !rest.isEmpty {
      let piece = rest.prefix(Int.random(in: 1...200, using: &generator))
      rest = rest.dropFirst(piece.count)
      reader.append(Data(piece))
      do {
        while let frame = try reader.next() {
          #expect(!frame.isEmpty && frame.count <= WireFormat.maxBytesOfViewer)
          let message: Message? = WireFormat.decode(frame)
          if message == nil { frames += 1 } else { messages += 1 }
        }
      } catch {
        return (messages, frames)
      }
    }
    return (messages, frames)
  }

  @Test func damage() {
    var mutator = Mutator(seed: 21)
    var generator = SeededGenerator(seed: 21)
    var (messages, frames, whole) = (0, 0, 0)
    for number in 0..<fuzzCount(usually: 2_000) {
      let parts = (number % 2 == 0 ? Self.viewer : Self.run).shuffled(using: &generator)
      whole += parts.count
      let bytes = mutator.mutated(parts.flatMap { Array($0) })
      let found =
        number % 2 == 0
        ? read(bytes, as: ViewerMessage.self, &generator) : read(bytes, as: RunMessage.self, &generator)
      messages += found.messages
      frames += found.frames
    }
    #expect(messages > whole / 10 && messages < whole && frames > 0, "\(messages) of \(whole)")
  }
}

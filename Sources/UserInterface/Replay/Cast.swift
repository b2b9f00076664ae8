import Canvas
import Dashboard
import Foundation
import JSONText
import Terminal

/// An asciinema recording, version 2, of a dashboard that plays a run's recording: a header, and then a line for each
/// frame with its time and what is written to the terminal.
package enum Cast {
  private static let framesPerSecond = 20.0
  private static let maxFrames = 600

  /// - Parameter state: the dashboard, of the recording's size and theme.
  package static func text(of recording: Recording, _ state: State) throws -> String {
    var state = state
    let encoder = FrameEncoder(capabilities: .ofXterm, level: .trueColor, supportsUnicode: true)
    let header = Header(width: state.width, height: state.height, title: state.run.name)
    var lines = [try JSONFormat.line(header)]
    var shown: Frame?
    for (number, index) in indices(of: recording.count).enumerated() {
      _ = update(
        &state,
        .recorded(
          playback: "\(index + 1)/\(recording.count)", events: recording.events(at: index),
          recording.snapshot(at: index), recording.inspection(at: index)))
      let frame = render(state)
      let bytes = encoder.bytes(from: shown, to: frame)
      shown = frame
      if bytes.isEmpty { continue }
      let seconds = Double(number) / framesPerSecond
      let output = try JSONFormat.line(String(decoding: bytes, as: UTF8.self))
      lines.append("[\(String(format: "%.3f", seconds)), \"o\", \(output)]")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// All of them, or so many that they are shown in half a minute.
  private static func indices(of count: Int) -> [Int] {
    guard count > maxFrames else { return Array(0..<count) }
    return (0..<maxFrames).map { $0 * (count - 1) / (maxFrames - 1) }
  }

  private struct Header: Encodable {
    let version = 2
    let width: Int
    let height: Int
    let title: String
    let env = ["TERM": "xterm-256color"]
  }
}

extension Capabilities {
  /// The capabilities of the terminals that recordings are played in.
  fileprivate static var ofXterm: Capabilities {
    var result = Capabilities()
    result.clear = Array("\u{1B}[H\u{1B}[2J".utf8)
    result.plain = Array("\u{1B}[m".utf8)
    result.bold = Array("\u{1B}[1m".utf8)
    result.dim = Array("\u{1B}[2m".utf8)
    result.reverse = Array("\u{1B}[7m".utf8)
    result.underline = Array("\u{1B}[4m".utf8)
    result.colors = 256
    result.moveCursor = { Array("\u{1B}[\($1 + 1);\($0 + 1)H".utf8) }
    return result
  }
}

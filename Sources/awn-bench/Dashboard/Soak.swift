import Foundation
import LinearAlgebra

extension Benchmark {
  static let soak = Benchmark(
    name: "soak",
    summary: "random keys, mouse, pastes and sizes on a run without end (--frames, --minutes, --seed)"
  ) { settings in
    let folder = FileManager.default.temporaryDirectory.appending(path: "awn-soak-\(getpid())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    // Pictures of the screen are left there.
    defer { try? FileManager.default.removeItem(at: folder) }
    return try Soak(settings, in: folder.path).run()
  }
}

/// A long session, played as fast as the dashboard takes it.
private final class Soak {
  private let settings: Settings
  private let terminal: PlayedTerminal
  private var player: Player
  private var inputs = 0
  /// Resident bytes, sampled at equal numbers of frames.
  private var resident: [Double] = []

  init(_ settings: Settings, in folder: String) throws {
    self.settings = settings
    player = Player(seed: settings.seed)
    terminal = try PlayedTerminal(
      ["launch", "spiral", "--no-output", "--pace", "unlimited", "--epochs", "1000000000"], in: folder)
  }

  func run() throws -> [Figure] {
    try terminal.wait(for: "running")
    let time = try seconds { try play() }
    let frames = Double(terminal.modes.frames)
    try see("esc closes", after: "?", columns: 119)
    let peak = terminal.memory("VmHWM")
    try quit()
    let (third, last) = (resident[resident.count / 3], resident[resident.count - 1])
    return [
      Figure("frames drawn", [frames], ""), Figure("inputs sent", [Double(inputs)], ""),
      Figure("frames a second", [frames / time], ""),
      Figure("resident after a third", [third / 1e6], "MB"), Figure("at the end", [last / 1e6], "MB"),
      Figure("grown in between", [(last - third) / 1e6], "MB"), Figure("peak", [peak / 1e6], "MB"),
    ]
  }

  private func play() throws {
    let first = terminal.modes.frames
    var (drawn, silence) = (0, 0)
    while drawn < settings.frames {
      let input = player.next()
      inputs += 1
      switch input {
      case .text(let text):
        terminal.type(text)
        terminal.settle(milliseconds: 12)
      case .decision(let key):
        terminal.type(key)
        // The first may have been on its way already.
        terminal.settle(frames: 2, milliseconds: 150)
      case .size(let columns, let rows):
        terminal.resize(columns, rows)
        terminal.settle(milliseconds: 20)
      }
      let now = terminal.modes.frames - first
      silence = now == drawn ? silence + 1 : 0
      drawn = now
      // Paused, many keys change nothing; but not this many.
      if terminal.hasEnded || silence > 2_000 {
        throw failure(terminal.status.map { "it ended with status \($0)" } ?? "it stands still")
      }
      while resident.count < 300 * drawn / settings.frames { resident.append(terminal.memory("VmRSS")) }
    }
    resident.append(terminal.memory("VmRSS"))
  }

  /// Presses a key with nothing open, and waits for what it brings on screen.
  private func see(_ text: String, after key: String, columns: Int) throws {
    // On a busy machine a question may still come up after the keys that were to dismiss it.
    for attempt in 1...4 {
      terminal.resize(120, 36)
      for _ in 0..<3 {
        terminal.type("\u{1B}")
        // An escape is a key of its own once nothing has followed it for a while.
        terminal.watch(seconds: 0.2)
      }
      terminal.type(key)
      terminal.settle(milliseconds: 500)
      // Another size has all of it drawn again, in one piece.
      terminal.resize(columns, 36)
      do {
        return try terminal.wait(for: text, seconds: attempt < 4 ? 5 : 20)
      } catch {
        if attempt == 4 { throw failure("\(error)") }
      }
    }
  }

  private func quit() throws {
    try see("quit?", after: "q", columns: 118)
    terminal.type("\r")
    guard terminal.finish(within: 30) else { throw failure("it does not quit") }
    guard terminal.status == 0 else { throw failure("it ended with status \(terminal.status ?? -1)") }
    guard terminal.isLineAsBefore else { throw failure("the modes of the line are not as before") }
    // The other screen, reports of the mouse in three forms, marks around pastes, and frames held back.
    for mode in [1049, 1000, 1002, 1006, 2004, 2026] where terminal.modes.isSet[mode] ?? false {
      throw failure("the terminal's mode \(mode) is left on")
    }
    guard terminal.modes.isSet[25] ?? true else { throw failure("the cursor is left hidden") }
    guard terminal.modes.isSet[1049] != nil else { throw failure("the screen was never taken") }
  }

  private func failure(_ what: String) -> BenchmarkError {
    BenchmarkError(
      description: "soak --seed \(settings.seed): after \(inputs) inputs \(what); the last: \(player.recent)")
  }
}

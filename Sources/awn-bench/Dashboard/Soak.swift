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
    try see("esc closes", after: "?")
    let (third, last) = (resident[resident.count / 3], resident[resident.count - 1])
    // The kernel brings its record of the most up to date a little later than what is resident now.
    let peak = max(terminal.memory("VmHWM"), last)
    try quit()
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
      let input = try player.next(asksToQuit)
      inputs += 1
      switch input {
      case .text(let text):
        terminal.type(text)
        terminal.settle(milliseconds: 12)
      case .size(let columns, let rows): try redraw(columns, rows)
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

  /// Whether the question whether to quit is open, seen at a size that has room for it.
  private func asksToQuit() throws -> Bool {
    let size = terminal.size
    let isAsked = try redraw(118, 36).contains("quit?")
    try redraw(size.columns, size.rows)
    return isAsked
  }

  /// Presses a key with nothing open, and looks for what it brings on screen.
  private func see(_ text: String, after key: String) throws {
    // A question, a list, and a search in it may be open. Drawn in between, or an escape would begin the next key.
    for _ in 0..<3 {
      terminal.type("\u{1B}")
      try redraw(120, 36)
    }
    terminal.type(key)
    guard try redraw(118, 36).contains(text) else { throw failure("\"\(text)\" does not come on screen") }
  }

  @discardableResult private func redraw(_ columns: Int, _ rows: Int) throws -> String {
    do {
      return try terminal.redraw(columns, rows)
    } catch {
      throw failure(terminal.status.map { "it ended with status \($0)" } ?? "\(error)")
    }
  }

  private func quit() throws {
    try see("quit?", after: "q")
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

import Experiment
import Foundation

extension Benchmark {
  static let dashboard = Benchmark(
    name: "dashboard",
    summary: "first frame, key to screen, idle and drawing, through a pseudo-terminal of 120×36"
  ) { settings in
    let flatOut = ["launch", "spiral-hard", "--pace", "unlimited", "--no-output"]
    let first = try (0..<settings.repetitions).map { _ in
      var terminal: PlayedTerminal?
      return try seconds {
        terminal = try PlayedTerminal(flatOut)
        try terminal?.wait(for: "spiral-hard")
      } * 1e3
    }
    let keys = try keyTimes(flatOut + ["--epochs", "100000"], count: 100 * settings.repetitions)
    return [
      Figure("first frame", first, "ms", target: "< 100"),
      Figure("key to screen, training flat out, median", [keys[keys.count / 2]], "ms"),
      Figure("key to screen, 99 % within", [keys[keys.count * 99 / 100]], "ms", target: "< 33"),
      Figure("paused, share of a core", [try idleShare() * 100], "%", target: "< 1"),
      Figure("steps a second with the dashboard over without", try drawing(settings), "×", target: "≥ 0.98"),
    ]
  }

  /// Sorted milliseconds from a key, at a random moment, to the overlay it opens.
  private static func keyTimes(_ arguments: [String], count: Int) throws -> [Double] {
    let terminal = try PlayedTerminal(arguments)
    try terminal.wait(for: "running")
    var times: [Double] = []
    for _ in 0..<count {
      terminal.watch(seconds: Double.random(in: 0.01...0.05))
      times.append(
        try seconds {
          terminal.type("?")
          try terminal.wait(for: "esc closes")
        } * 1e3)
      terminal.type("\u{1B}")
      try terminal.wait(for: "input space")
    }
    return times.sorted()
  }

  private static func idleShare() throws -> Double {
    let terminal = try PlayedTerminal(["launch", "spiral", "--no-output"])
    try terminal.wait(for: "running")
    terminal.type(" ")
    try terminal.wait(for: "paused")
    terminal.watch(seconds: 1)
    let before = terminal.processorTime
    terminal.watch(seconds: 5)
    return (terminal.processorTime - before) / 5
  }

  /// The same run, watched and not, in turns; of several seconds, since a start is not what is asked.
  private static func drawing(_ settings: Settings) throws -> [Double] {
    let file = FileManager.default.temporaryDirectory.appending(path: "awn-bench-\(getpid()).json")
    let run = ["spiral-hard", "--threads", "1", "--epochs", "4000"]
    defer { try? FileManager.default.removeItem(at: file) }
    return try (0..<settings.repetitions).map { _ in
      let without = try Program.train(run).stepsPerSecond
      let terminal = try PlayedTerminal(
        ["launch"] + run + ["--pace", "unlimited", "--no-output", "--summary", file.path])
      try terminal.wait(for: "finished", seconds: 120)
      // Nothing is kept of this run, so the dashboard asks, and takes no answer before the question is on screen.
      terminal.type("q")
      try terminal.wait(for: "quits")
      terminal.type("\r")
      terminal.finish()
      return try Program.summary(Data(contentsOf: file)).stepsPerSecond / without
    }
  }
}

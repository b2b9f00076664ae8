import ArgumentParser
import Foundation

@main
struct AwnBench: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "awn-bench",
    abstract: "Measures what the documentation of awn-tui claims.",
    discussion: """
      awn-bench --list
      awn-bench drift scaling
      awn-bench peers --python .peers/bin/python3   beside PyTorch (make peers installs it)
      awn-bench soak --minutes 60   an hour of random keys, as fast as the dashboard takes them

      Every figure is the median of several repetitions, with the smallest and the largest beside it. Stop what
      else the machine does before you believe one.
      """)

  @Argument(help: "Benchmarks to run, by name.")
  var names: [String] = []
  @Flag(help: "List the benchmarks.")
  var list = false
  @Flag(help: "Print one JSON array instead of tables.")
  var json = false
  @Option(help: "Repetitions of each figure.")
  var repetitions = 7
  @Option(help: "A Python that has PyTorch.")
  var python = ".peers/bin/python3"
  @Option(help: "Frames that soak has the dashboard draw.")
  var frames = 20_000
  @Option(help: "The same as so many minutes of 30 frames a second.")
  var minutes: Double?
  @Option(help: "Of soak's random keys.")
  var seed: UInt64 = 1

  @Option(help: "A file or folder of data for widths, beside the built-in tasks; can be repeated.")
  var data: [String] = []
  @Option(help: "A file of widths' runs so far: those in it are not run again, and new ones are added.")
  var runs: String?

  @Flag(name: .customLong("beside-openblas"), help: .hidden)
  var besideOpenBLAS = false

  func validate() throws {
    guard frames >= 1 else { throw ValidationError("--frames must be at least 1") }
    guard minutes.map({ $0 > 0 && $0 <= 1e6 }) ?? true else {
      throw ValidationError("--minutes must be above 0")
    }
    guard repetitions >= 1 else { throw ValidationError("--repetitions must be at least 1") }
    if names.isEmpty && !list { throw ValidationError("name a benchmark: awn-bench --list shows them") }
    for name in names where Benchmark.named(name) == nil {
      let known = Benchmark.all.map { $0.name }.joined(separator: ", ")
      throw ValidationError("there is no benchmark \"\(name)\": choose from \(known)")
    }
  }

  func run() throws {
    if list {
      for benchmark in Benchmark.all { print(benchmark.name.padded(to: 17) + benchmark.summary) }
    }
    var settings = Settings(
      repetitions: repetitions, python: python, frames: frames, seed: seed, data: data, runs: runs,
      besideOpenBLAS: besideOpenBLAS)
    if let minutes { settings.frames = max(1, Int(minutes * 60 * 30)) }
    var results: [String: [Figure]] = [:]
    for benchmark in names.compactMap(Benchmark.named) {
      let figures = try benchmark.run(settings)
      if json { results[benchmark.name] = figures } else { Report.show(figures, of: benchmark) }
    }
    if json { try Report.showJSON(results) }
  }
}

/// What the command line asked of all benchmarks.
struct Settings: Sendable {
  var repetitions: Int
  var python: String
  var frames: Int
  var seed: UInt64
  /// What widths are learned of, beside the built-in tasks.
  var data: [String] = []
  /// The file of the runs so far.
  var runs: String?
  /// Whether this process is one that `products` measures OpenBLAS in.
  var besideOpenBLAS = false
}

/// One thing to measure.
struct Benchmark: Sendable {
  var name: String
  var summary: String
  var run: @Sendable (Settings) throws -> [Figure]

  static let all = [
    steps, products, drift, threads, scaling, curve, evaluation, accuracy, memory, widths, families,
    dashboard, soak, peers, graphs, images, sequences, translation, multi30k, timeToAccuracy,
  ]

  static func named(_ name: String) -> Benchmark? { all.first { $0.name == name } }
}

/// Why a benchmark could not be run.
struct BenchmarkError: Error, CustomStringConvertible {
  var description: String
}

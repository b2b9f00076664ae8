import AdaptiveWidth
import Datasets
import Experiment
import Foundation
import Messaging
import Synchronization
import Training

/// Whole runs, as `awn-tui train` makes them.
enum WholeRun {
  /// Trains, and is told of each evaluation; `stop` ends the run at its next step.
  static func train(
    _ configuration: Configuration, _ dataset: Dataset, onEvaluation: (Evaluation, _ stop: () -> Void) -> Void
  ) -> Outcome {
    let news = DispatchSemaphore(value: 0)
    let channels = RunChannels { news.signal() }
    let trainer = Trainer(
      configuration: configuration, dataset: dataset, channels: channels, isWatched: false)
    let result = Mutex<Outcome?>(nil)
    Task.detached {
      let outcome = await trainer.run(measuringTest: false)
      result.withLock { $0 = outcome }
      news.signal()
    }
    let stop = { channels.commands.send(Command(id: 1, action: .stop)) }
    while true {
      news.wait()
      for evaluation in channels.evaluations.drain() { onEvaluation(evaluation, stop) }
      _ = channels.takeUpdate()
      if let outcome = result.withLock({ $0 }) { return outcome }
    }
  }
}

extension Benchmark {
  static let evaluation = Benchmark(
    name: "evaluation", summary: "training speed with held-out evaluation every epoch, over without"
  ) { settings in
    try [BuiltInTask.spiral, .spiralHard].map { task in
      var configuration = Configuration.defaults(for: task)
      configuration.training.threads = 1
      configuration.training.epochs = task == .spiral ? 1_000 : 150
      let dataset = try Dataset.load(configuration.data, seed: 0)
      var without = dataset
      without.validation = Examples(
        rows: 0, columns: 2, features: [], targets: .classes([]))
      func speed(_ dataset: Dataset) -> Double {
        let outcome = WholeRun.train(configuration, dataset) { _, _ in }
        return Double(outcome.steps) / outcome.seconds
      }
      let ratios = (0..<settings.repetitions).map { _ in
        let base = speed(without)
        return speed(dataset) / base
      }
      return Figure(configuration.name, ratios, "× without", target: "≥ 0.97")
    }
  }

  static let accuracy = Benchmark(
    name: "accuracy", summary: "seconds of training until spiral-hard has 99.5 % of its held-out rows"
  ) { settings in
    var times: [Double] = []
    var widths: [Double] = []
    for seed in 0..<UInt64(settings.repetitions) {
      var configuration = Configuration.defaults(for: .spiralHard)
      configuration.training.seed = seed
      let dataset = try Dataset.load(configuration.data, seed: seed)
      var reached: Evaluation?
      _ = WholeRun.train(configuration, dataset) { evaluation, stop in
        if reached == nil && evaluation.validation.accuracy ?? 0 >= 0.995 {
          reached = evaluation
          stop()
        }
      }
      guard let reached else {
        throw BenchmarkError(description: "seed \(seed) did not reach 99.5 % at all")
      }
      times.append(reached.seconds)
      widths.append(Double(reached.widths[0]))
    }
    return [
      Figure("time, another seed each", times, "s"), Figure("width then", widths, "neurons"),
    ]
  }

  static let memory = Benchmark(
    name: "memory", summary: "peak memory of a whole run; loading a table of a million rows"
  ) { settings in
    let folder = FileManager.default.temporaryDirectory.appending(path: "awn-bench-\(getpid())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let spiral = try (0..<settings.repetitions).map { _ in
      try Program.train(["spiral"]).peakMemory / 1e6
    }
    let table = folder.appending(path: "million.csv")
    try writeTable(rows: 1_000_000, to: table)
    let bytes = try FileManager.default.attributesOfItem(atPath: table.path)[.size] as? Int ?? 0
    let loads = try (0..<settings.repetitions).map { _ in
      try Program.train(["--data", table.path, "--steps", "1"])
    }
    return [
      Figure("spiral, peak resident", spiral, "MB", target: "< 40"),
      Figure(
        "a million rows of CSV (\(bytes / 1_000_000) MB), start to first step", loads.map(\.wall), "s",
        target: "< 10"),
      Figure("the same, peak resident", loads.map { $0.peakMemory / 1e6 }, "MB"),
    ]
  }

  /// Eight columns of numbers, one of categories, two classes.
  private static func writeTable(rows: Int, to url: URL) throws {
    var random = SystemRandomNumberGenerator()
    var text = "a,b,c,d,e,f,g,h,colour,class\n"
    for _ in 0..<rows {
      for _ in 0..<8 {
        text += "\(Double(Int64.random(in: -5_000_000_000...5_000_000_000, using: &random)) / 1e9),"
      }
      text += ["red", "green", "blue"].randomElement(using: &random)!
      text += Bool.random(using: &random) ? ",yes\n" : ",no\n"
    }
    try Data(text.utf8).write(to: url)
  }
}

/// The program itself, from the folder this one is in.
enum Program {
  /// What a benchmark reads of a run's summary.
  struct Summary: Decodable {
    var peakMemory: Double
    var stepsPerSecond: Double
    /// From start to end, told by the clock on the wall.
    var wall = 0.0

    private enum CodingKeys: String, CodingKey {
      case peakMemory = "peak_memory_bytes"
      case stepsPerSecond = "steps_per_second"
    }
  }

  static var path: String {
    let itself = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
    return URL(fileURLWithPath: itself).deletingLastPathComponent().appending(path: "awn-tui").path
  }

  static func summary(_ data: Data) throws -> Summary { try JSONDecoder().decode(Summary.self, from: data) }

  static func train(_ arguments: [String]) throws -> Summary {
    var text = Data()
    let wall = try seconds { text = try output(of: arguments) }
    var result = try summary(text)
    result.wall = wall
    return result
  }

  /// The summary of a run, as JSON.
  static func output(of arguments: [String]) throws -> Data {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = ["train"] + arguments + ["--no-output", "--quiet", "--summary", "-"]
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let text = try output.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw BenchmarkError(description: "awn-tui train \(arguments.joined(separator: " ")) failed")
    }
    return text
  }
}

import Foundation

extension Benchmark {
  /// Settled widths from narrow, usual and wide starts beside fixed widths, and beside a random search that takes as long
  /// as the settled run. One thread; a seed a repetition.
  static let widths = Benchmark(
    name: "widths",
    summary: "settled widths from three starts, beside fixed ones (--data, --runs, --repetitions)"
  ) { settings in
    var book = try RunBook(settings.runs)
    let data = [["double-moon"], ["spiral"], ["spiral-hard"]] + settings.data.map { ["--data", $0] }
    return try data.flatMap { try figures(of: $0, seeds: settings.repetitions, &book) }
  }

  private static let starts = ["0.05", "0.01", "0.002"]
  private static let fixed = [8, 32, 128, 512]

  private static func figures(of data: [String], seeds: Int, _ book: inout RunBook) throws -> [Figure] {
    let name = URL(fileURLWithPath: data[data.count - 1]).lastPathComponent
    var (figures, settled): ([Figure], [BookedRun]) = ([], [])
    func add(_ label: String, _ runs: [BookedRun], settles: Bool) {
      if settles {
        figures.append(Figure("\(name), \(label): width", runs.map(\.width), "neurons"))
      }
      figures.append(Figure("\(name), \(label): test", runs.map(\.metric), runs[0].metricName))
      figures.append(Figure("\(name), \(label): time", runs.map(\.seconds), "s"))
    }
    for start in starts {
      let runs = try (0..<seeds).map { try book.run(data + ["--initial-rate", start], seed: $0) }
      settled += runs
      add("from ν₀ = \(start)", runs, settles: true)
    }
    for width in fixed {
      let runs = try (0..<seeds).map { try book.run(data + ["--fixed-width", "\(width)"], seed: $0) }
      add("fixed \(width)", runs, settles: false)
    }
    let widths = settled.map(\.width)
    let spread = (widths.max() ?? 1) / max(1, widths.min() ?? 1)
    let medians = (0..<starts.count).map { Spread(Array(widths[$0 * seeds..<($0 + 1) * seeds])).median }
    figures.append(Figure("\(name): largest over smallest settled width", [spread], "×", target: "≤ 1.5"))
    figures.append(
      Figure(
        "\(name): the same of the starts' medians", [(medians.max() ?? 1) / max(1, medians.min() ?? 1)], "×",
        target: "≤ 1.3"))
    return figures
  }
}

/// What is kept of a run.
private struct BookedRun: Codable {
  var arguments: [String]
  /// Of all layers together.
  var width: Double
  var metric: Double
  var metricName: String
  var seconds: Double
}

/// The runs so far, in a file if there is one, so that a measurement that was interrupted goes on.
private struct RunBook {
  private let path: String?
  private var known: [[String]: BookedRun] = [:]

  init(_ path: String?) throws {
    self.path = path
    guard let path, FileManager.default.fileExists(atPath: path) else { return }
    for line in try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n") {
      let run = try JSONDecoder().decode(BookedRun.self, from: Data(line.utf8))
      known[run.arguments] = run
    }
  }

  /// Trains, unless it is known what comes of it.
  mutating func run(_ arguments: [String], seed: Int) throws -> BookedRun {
    let arguments = arguments + ["--threads", "1", "--seed", "\(seed)"]
    if let run = known[arguments] { return run }
    let summary = try Program.output(of: arguments)
    guard let object = try JSONSerialization.jsonObject(with: summary) as? [String: Any] else {
      throw BenchmarkError(
        description: "awn-tui train \(arguments.joined(separator: " ")) printed no summary")
    }
    func number(_ key: String) -> Double? { (object[key] as? NSNumber)?.doubleValue }
    let names = ["test_accuracy", "test_r2", "validation_accuracy", "validation_rmse"]
    let name = names.first { number($0) != nil } ?? "train_loss"
    let widths = (object["widths"] as? [NSNumber] ?? []).map(\.doubleValue)
    let run = BookedRun(
      arguments: arguments, width: widths.reduce(0, +), metric: number(name) ?? .nan, metricName: name,
      seconds: number("seconds") ?? .nan)
    known[arguments] = run
    if let path { try append(run, to: path) }
    return run
  }

  private func append(_ run: BookedRun, to path: String) throws {
    if !FileManager.default.fileExists(atPath: path) {
      FileManager.default.createFile(atPath: path, contents: nil)
    }
    guard let file = FileHandle(forWritingAtPath: path) else {
      throw BenchmarkError(description: "cannot write \(path)")
    }
    try file.seekToEnd()
    try file.write(contentsOf: try JSONEncoder().encode(run) + Data("\n".utf8))
    try file.close()
  }
}

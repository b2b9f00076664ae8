import Foundation

/// What is kept of a run.
struct BookedRun: Codable {
  var arguments: [String]
  /// Of all layers together.
  var width: Double
  var metric: Double
  var metricName: String
  var seconds: Double
  /// Accuracy, or minus the RMSE, on the held-out rows: more is better. `nil` in files of before it was kept.
  var heldOut: Double?
}

/// The runs so far, in a file if there is one, so that a measurement that was interrupted goes on.
struct RunBook {
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
      seconds: number("seconds") ?? .nan,
      heldOut: number("validation_accuracy") ?? number("validation_rmse").map { -$0 })
    known[arguments] = run
    if let path { try append(run, to: path) }
    return run
  }

  private func append(_ run: BookedRun, to path: String) throws {
    if !FileManager.default.fileExists(atPath: path) {
      _ = FileManager.default.createFile(atPath: path, contents: nil)
    }
    guard let file = FileHandle(forWritingAtPath: path) else {
      throw BenchmarkError(description: "cannot write \(path)")
    }
    try file.seekToEnd()
    try file.write(contentsOf: try JSONEncoder().encode(run) + Data("\n".utf8))
    try file.close()
  }
}

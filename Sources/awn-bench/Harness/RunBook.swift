import Foundation

/// What is kept of a run.
package struct BookedRun: Codable {
  var arguments: [String]
  /// The width of all layers together.
  package var width: Double
  var metric: Double
  var metricName: String
  var seconds: Double
  /// Accuracy, or minus the RMSE, on the held-out rows: more is better. `nil` in files of before it was kept.
  var heldOut: Double?
}

/// The runs so far, in a file if there is one, so that a measurement that was interrupted goes on.
package struct RunBook {
  private let path: String?
  private var known: [[String]: BookedRun] = [:]

  /// - Parameter path: of a file with a run a line; `nil`: none is kept. A last line without its end, which a program
  ///   that was stopped leaves, is removed from the file.
  package init(_ path: String?) throws {
    self.path = path
    guard let path, FileManager.default.fileExists(atPath: path) else { return }
    let url = URL(fileURLWithPath: path)
    let newline = UInt8(ascii: "\n")
    let data = try Data(contentsOf: url)
    let end = data.lastIndex(of: newline).map { $0 + 1 } ?? 0
    for line in data[..<end].split(separator: newline) {
      let run = try JSONDecoder().decode(BookedRun.self, from: Data(line))
      known[run.arguments] = run
    }
    if end < data.count {
      let file = try FileHandle(forWritingTo: url)
      try file.truncate(atOffset: UInt64(end))
      try file.close()
    }
  }

  /// What is known of a run; `nil`: it is still to be made.
  package func booked(_ arguments: [String], seed: Int) -> BookedRun? {
    known[Self.key(arguments, seed: seed)]
  }

  private static func key(_ arguments: [String], seed: Int) -> [String] {
    arguments + ["--threads", "1", "--seed", "\(seed)"]
  }

  /// Trains, unless it is known what comes of it.
  mutating func run(_ arguments: [String], seed: Int) throws -> BookedRun {
    if let run = booked(arguments, seed: seed) { return run }
    let arguments = Self.key(arguments, seed: seed)
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

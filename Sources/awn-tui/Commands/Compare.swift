import ArgumentParser
import Canvas
import Foundation
import PlainText

struct Compare: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Compare runs by what their folders hold.",
    discussion: """
      Held-out metric, widths, parameters and time of every run, fewest parameters first, and the metric over the \
      epochs. The best metric is the best since the last cut.

        awn-tui compare runs/*
      """)

  @Argument(help: "Run folders.")
  var runs: [String]
  @Flag(help: "Print one JSON object instead of table and plot.")
  var json = false

  /// Whether nothing has trained in a folder that holds a cut or saved model. Beside runs it is left out, with a note.
  private func isModel(_ folder: String) -> Bool {
    guard runs.count > 1, RunScanner.entry(folder, now: Date())?.condition == .model else { return false }
    Console.tell("note: \(sanitized(folder, limit: 200)) holds a model and no run, and is left out\n")
    return true
  }

  mutating func run() throws {
    let folders = runs.filter { !isModel($0) }
    var records = try (folders.isEmpty ? runs : folders).map { try RunRecord(folder: $0) }
    for record in records {
      if let note = record.note { Console.tell("note: \(sanitized(record.folder, limit: 200)): \(note)\n") }
    }
    // At equal parameters the runs stand together.
    records = records.enumerated()
      .sorted { ($0.1.final.parameters ?? .max, $0.0) < ($1.1.final.parameters ?? .max, $1.0) }.map(\.element)
    let text = json ? Summary.line(ComparisonJSON(records: records)) : Comparison(records).text(on: .standard)
    do {
      try Console.print(text + "\n")
    } catch {
      Failure.exit("cannot write to standard output: \(OutputFile.reason(error))", .failed)
    }
  }
}

/// The object of `compare --json`; its keys are kept.
private struct ComparisonJSON: Encodable {
  var runs: [Run]

  init(records: [RunRecord]) {
    runs = records.map(Run.init)
  }

  struct Run: Encodable {
    var folder: String
    var name: String
    var seed: UInt64
    var metric: String
    var final: Double?
    var best: Double?
    var best_epoch: Double
    var final_loss: Double?
    var widths: [Int]
    var parameters: Int?
    var epochs: Double
    var steps: Int
    var seconds: Double

    init(_ record: RunRecord) {
      let (last, best, measure) = (record.last, record.best, record.measure)
      folder = record.folder
      name = record.configuration.name
      seed = record.configuration.training.seed
      metric = measure.rawValue
      final = Summary.finite(measure.value(record.final))
      self.best = Summary.finite(measure.value(best))
      best_epoch = best.epoch
      final_loss = Summary.finite(record.final.validation.loss)
      widths = record.widths
      parameters = record.final.parameters
      epochs = last.epoch
      steps = last.step
      seconds = last.seconds
    }
  }
}

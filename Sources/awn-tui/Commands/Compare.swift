import ArgumentParser
import Canvas
import Foundation
import PlainText
import UserInterface

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

  func validate() throws { for folder in runs { try GivenPath.require(folder, "<runs>", of: GivenPath.run) } }

  /// What the folders hold. One with a cut or saved model, in which nothing has trained, is left out beside runs.
  private func records() throws -> [RunRecord] {
    var (records, failure) = ([RunRecord](), (any Error)?.none)
    for folder in runs {
      do {
        records.append(try RunRecord(folder: folder))
      } catch {
        guard RunScanner.entry(folder, now: Date())?.condition == .model else { throw error }
        failure = failure ?? error
        if runs.count > 1 {
          Console.tell("note: \(sanitized(folder, limit: 200)) holds a model and no run, and is left out\n")
        }
      }
    }
    if let failure, records.isEmpty { throw failure }
    return records
  }

  mutating func run() throws {
    var records = try records()
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

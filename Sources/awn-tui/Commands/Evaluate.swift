import AdaptiveWidth
import ArgumentParser
import Datasets
import Experiment
import Foundation
import ModelFiles
import PlainText
import UserInterface

struct Evaluate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measure a model on data.",
    discussion: """
      Without --data, on the rows that the model's run held out and on its test rows, from the experiment.toml \
      beside the checkpoint: the same data, seed and split; paths in it are relative to the working directory.

      With --data, on a file with the columns that the model was trained on, the target among them, in any order \
      (without a header: in the same order); other columns are ignored. Rows without a target are dropped, a missing \
      number counts as the mean, and a category that was not there in training as none. A class that was not there \
      in training is an error. RMSE is in the target's own unit.
      """)

  @OptionGroup var model: ModelArgument
  @Option(
    help: ArgumentHelp("Labeled data of the kind that the model was trained on: \(DataFormats.summary).")
  )
  var data: String?
  @OptionGroup(title: "Reading") var reading: ReadingFlags
  @Flag(help: "Write one JSON object instead of text.")
  var json = false
  @Flag(
    help: """
      Write how often each class was taken for each as CSV instead of text: the rows that were measured, true and predicted \
      class, count.
      """)
  var confusion = false

  func validate() throws {
    try GivenPath.require(data, "--data", of: GivenPath.fileOrFolder)
    if confusion && json {
      throw ValidationError("--json has the confusion matrix too: give --confusion or --json, not both")
    }
  }

  private struct Report: Encodable {
    var step: Int
    var widths: [Int]
    var parameters: Int
    var validation: MeasuredRows?
    var test: MeasuredRows?
    var data: MeasuredRows?
  }

  mutating func run() throws {
    let loaded = try model.read()
    let network = loaded.model.network
    let parts = try parts(of: loaded)
    let names = try loaded.preparation().classNames
    if confusion && names.isEmpty { throw ModelCommandError.noClasses }
    let unit = try loaded.preparation().target == .tokens ? "token" : "row"
    guard !parts.isEmpty else { throw ModelCommandError.noRowsToMeasure }
    var workspace = Workspace()
    var report = Report(
      step: loaded.model.origin.step, widths: network.widths, parameters: network.parameterCount())
    var text = ""
    var matrix = "rows,true,predicted,count\n"
    for part in parts {
      let metrics = network.evaluate(part.rows, &workspace)
      let details = DetailedMetrics(of: network, on: part.rows, classes: names, &workspace)
      report[keyPath: part.place] = MeasuredRows(metrics, rows: part.rows.rows, details)
      text += "\(part.name): \(MetricText.all(metrics)) (\(counted(part.rows.rows, unit)))\n"
      if let details {
        text += DetailText.text(details)
        matrix += DetailText.confusion(details, of: part.name)
      }
    }
    if confusion && !json { return try OutputFile.printTable(Data(matrix.utf8)) }
    try OutputFile.print(json ? jsonLine(report) : text)
  }

  private typealias Part = (name: String, place: WritableKeyPath<Report, MeasuredRows?>, rows: EvaluationRows)

  private func parts(of loaded: LoadedModel) throws -> [Part] {
    let preparation = try loaded.preparation()
    func rows(_ table: Examples) -> EvaluationRows {
      EvaluationRows(table, targetScaling: preparation.targetScaling)
    }
    if let data {
      let (table, notes) = try preparation.table(from: data, reading.options)
      Console.tell(notes: notes)
      return [(sanitized(data, limit: 300), \.data, rows(table))]
    }
    let own = try OwnData(of: loaded).dataset
    var parts: [Part] = []
    if own.validation.rows > 0 { parts.append(("held-out", \.validation, rows(own.validation))) }
    if let test = own.test, test.rows > 0 { parts.append(("test", \.test, rows(test))) }
    return parts
  }
}

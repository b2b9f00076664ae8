import AdaptiveWidth
import ArgumentParser
import Datasets
import Foundation
import Learning
import ModelFiles
import UserInterface

struct Predict: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Predict every row of a file, as CSV.",
    discussion: """
      Writes one row a row of the file, in its order: the prediction, then, for classes, the probability of each \
      under its name. Values are in the target's own unit. With --split, the line of the row in its file, or \
      the number of the image or graph (row, from 1), and its true class or value come first, so that anybody can \
      recompute a metric. Of sequences there is one row each, which \
      begins with its identifier. Files and pipes get the bytes of names and identifiers as they are in the data; on a \
      terminal, control characters are shown as \\u{1B}.

      The file needs the columns that the model was trained on, in any order (without a header: in the same order, \
      with or without the target); a column that is lacking is an error, others are ignored. A missing number counts \
      as the mean; a category that was not there in training counts as none. Images are of the same size as those of \
      training, but for PNG and JPEG files; graphs need no labels. What is to be translated is a file of lines, one \
      translation each.
      """)

  @OptionGroup var model: ModelArgument
  @Option(help: ArgumentHelp("Data of the kind that the model was trained on: \(DataFormats.summary)."))
  var data: String?
  @Option(
    help: """
      In place of --data: held-out or test, the rows of the model's own data that its run kept apart, with their places \
      in the file and what is true of them.
      """)
  var split: SplitPart?
  @Option(
    name: [.customShort("o"), .long], help: "A file, which is replaced as a whole (default: standard output)."
  )
  var output: String?
  @OptionGroup(title: "Reading") var reading: ReadingFlags

  func validate() throws {
    if (data == nil) == (split == nil) {
      throw ValidationError(
        data == nil ? "name the rows with --data or --split" : "give --data or --split, not both")
    }
    try GivenPath.require(data, "--data", of: GivenPath.fileOrFolder)
    try GivenPath.require(output, "--output", of: GivenPath.fileOrStream)
  }

  mutating func run() throws {
    // Known now, not after reading gigabytes.
    if let output, output != "-" { try OutputFile.check(output, sparing: model, and: data) }
    let loaded = try model.read()
    let preparation = try loaded.preparation()
    let table: Examples
    var predictions = PredictionWriter(network: loaded.model.network, preparation: preparation)
    if let data {
      let (rows, notes) = try preparation.unlabeledTable(from: data, reading.options)
      Console.tell(notes: notes)
      table = rows
    } else {
      let dataset = try OwnData(of: loaded).dataset
      let isTest = split == .test
      table = isTest ? try dataset.test ?? { throw ModelCommandError.noTestRows }() : dataset.validation
      guard table.rows > 0 else { throw isTest ? ModelCommandError.noTestRows : .noHeldOutRows }
      predictions.places = dataset.places.map {
        ($0.kind.rawValue, $0.numbers(of: table, isTest ? \.test : \.validation))
      }
      predictions.showsTargets = true
      // The translations in the file are written as they were read: cut, if they are long.
      if case .tokens = preparation.target { Console.tell(notes: dataset.notes) }
    }
    guard let output, output != "-" else {
      return try predictions.write(table, to: OutputFile.printTable)
    }
    var csv = Data()
    predictions.write(table) { csv.append($0) }
    try OutputFile.replace(csv, at: output)
  }
}

/// Rows that a run kept apart.
enum SplitPart: String, CaseIterable, ExpressibleByArgument {
  case heldOut = "held-out"
  case test
}

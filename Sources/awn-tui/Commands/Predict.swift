import AdaptiveWidth
import ArgumentParser
import Datasets
import Foundation
import ModelFiles

struct Predict: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Predict every row of a file, as CSV.",
    discussion: """
      Writes one row a row of the file, in its order: the prediction, then, for classes, the probability of each \
      under its name. Values are in the target's own unit.

      The file needs the columns that the model was trained on, in any order (without a header: in the same order, \
      with or without the target); a column that is lacking is an error, others are ignored. A missing number counts \
      as the mean; a category that was not there in training counts as none. Images are IDX files of the same size; \
      graphs need no labels. What is to be translated is a file of lines, one translation each.
      """)

  @OptionGroup var model: ModelArgument
  @Option(help: ArgumentHelp("Data of the kind that the model was trained on: \(DataFormats.summary)."))
  var data: String
  @Option(
    name: [.customShort("o"), .long], help: "A file, which is replaced as a whole (default: standard output)."
  )
  var output: String?
  @OptionGroup(title: "Reading") var reading: ReadingFlags

  mutating func run() throws {
    // Known now, not after reading gigabytes.
    if let output { try OutputFile.check(output) }
    let loaded = try model.read()
    let preparation = try loaded.preparation()
    let (table, notes) = try preparation.unlabeledTable(from: data, reading.options)
    Console.tell(notes: notes)
    let predictions = Predictions(network: loaded.model.network, preparation: preparation)
    guard let output, output != "-" else {
      return try predictions.write(table, to: OutputFile.print)
    }
    var csv = Data()
    predictions.write(table) { csv.append($0) }
    try OutputFile.write(csv, to: output)
  }
}

import AdaptiveWidth
import AtomicFiles
import Datasets
import Experiment
import Foundation
import LinearAlgebra
import Messaging
import ModelFiles
import RunFolders
import Testing
import Training

/// A trained model in a folder `run`, beside the table `rows.csv` that it was trained on.
struct ModelFixture {
  let scratch: Scratch
  let dataset: Dataset
  let network: Network

  /// - Parameter change: of the defaults for the table; paths are the programs', whose folder is the scratch's.
  init(
    table: String = ModelFixture.plants(), epochs: Int = 8,
    _ change: (inout Configuration) -> Void = { _ in }
  ) async throws {
    scratch = try Scratch()
    try scratch.file("rows.csv", table)
    var configuration = Configuration.defaults(
      forData: DataOptions(path: "rows.csv"), name: "plants", kind: .table)
    // Widths that a few epochs do not change much.
    configuration.network.method = .paper
    configuration.network.initialRate = 0.1
    configuration.training.epochs = epochs
    configuration.training.batchSize = 32
    configuration.training.threads = 1
    configuration.data.validation = 0.25
    change(&configuration)
    var options = configuration.data
    options.path = options.path.map { [scratch] in "\(scratch.path)/\($0)" }
    dataset = try Dataset.load(options, seed: configuration.training.seed)
    let trainer = Trainer(
      configuration: configuration, dataset: dataset, channels: RunChannels(), isWatched: false)
    let outcome = await trainer.run(measuringTest: false)
    network = await trainer.learning.network
    let origin = SavedModel.Origin(name: "plants", seed: 0, step: outcome.steps, epoch: outcome.epochs)
    try FileManager.default.createDirectory(
      atPath: "\(scratch.path)/run", withIntermediateDirectories: true)
    try scratch.file("run/experiment.toml", ExperimentFile.text(configuration))
    try ModelFile.write(
      SavedModel(
        network: network.inferenceCopy, preparation: dataset.preparation, metrics: outcome.validation,
        origin: origin), to: ModelLocation(folder: "\(scratch.path)/run"))
  }

  func run(_ arguments: String...) async throws -> Ended {
    try await Program.run(arguments, in: scratch)
  }

  /// The JSON object that a command prints.
  func object(_ arguments: String...) async throws -> [String: Any] {
    let ended = try await Program.run(arguments, in: scratch)
    try #require(ended.status == 0, "\(ended.errors)")
    return try #require(try JSONSerialization.jsonObject(with: Data(ended.output.utf8)) as? [String: Any])
  }

  var heldOut: EvaluationRows { EvaluationRows(dataset.validation, targetScaling: dataset.targetScaling) }

  /// As `truncate` makes it: repaired on training rows.
  func cut(to widths: [Int], policy: WidthPolicy? = nil, by method: CutMethod = .repaired) -> Network {
    let rows = EvaluationRows(heldOutOf: dataset, for: network, NetworkKind.mlp.architecture)
    var cutter = Cutter(network, method, rows)
    return cutter.network(keeping: widths, policy: policy)
  }

  func metrics(of network: Network, on rows: EvaluationRows? = nil) -> Metrics {
    var workspace = Workspace()
    return network.evaluate(rows ?? heldOut, &workspace)
  }

  /// As `predict` should say it: probabilities row by row, or values.
  func predictions(of file: String) throws -> [[Double]] {
    let table = try dataset.preparation.inputs(from: "\(scratch.path)/\(file)")
    var workspace = Workspace()
    network.forward(Matrix(rows: table.rows, columns: network.inputs, table.features), &workspace)
    let outputs = workspace.output
    return (0..<table.rows).map { row in
      if let scaling = dataset.targetScaling { return [scaling.restored(outputs[row, 0], at: 0)] }
      let weights = (0..<outputs.columns).map { exp(Double(outputs[row, $0])) }
      return weights.map { $0 / weights.reduce(0, +) }
    }
  }

  func saved(_ folder: String) throws -> LoadedModel { try ModelFile.read("\(scratch.path)/\(folder)") }
}

extension ModelFixture {
  /// Class names that CSV must quote, categories, missing cells.
  static let classes = ["plain", "rock, lily", "say \"x\""]

  /// Rows of `size,colour,weight,species`; the species follows from size and colour, with some noise.
  static func plants(_ count: Int = 240) -> String {
    var random = RandomStream(seed: 5, purpose: "plants")
    var text = "size,colour,weight,species\n"
    for row in 0..<count {
      let colour = ["red", "blue", ""][Int(random.below(3))]
      let size = random.normal() * 2 + (colour == "red" ? 1 : 0)
      let kind = random.below(20) == 0 ? row % 3 : size > 1 ? 0 : colour == "blue" ? 1 : 2
      let weight = row % 17 == 0 ? "" : "\(Float(100 + 30 * random.normal()))"
      let name = classes[kind].replacingOccurrences(of: "\"", with: "\"\"")
      text += "\(Float(size)),\(colour),\(weight),\"\(name)\"\n"
    }
    return text
  }

  /// Rows of `a,b,price`.
  static func prices(_ count: Int = 240) -> String {
    var random = RandomStream(seed: 6, purpose: "prices")
    return "a,b,price\n"
      + (0..<count).map { _ in
        let (a, b) = (random.normal(), random.normal())
        return "\(Float(a)),\(Float(b)),\(Float(250_000 + 40_000 * (a * b + a) + 900 * random.normal()))\n"
      }.joined()
  }
}

/// A CSV file's cells, with quotes undone.
func cells(_ csv: String) -> [[String]] {
  var rows: [[String]] = []
  var (row, cell, isQuoted): ([String], String, Bool) = ([], "", false)
  var rest = csv[...]
  while let character = rest.popFirst() {
    switch character {
    case "\"" where isQuoted && rest.first == "\"":
      cell.append(rest.removeFirst())
    case "\"": isQuoted.toggle()
    case "," where !isQuoted:
      row.append(cell)
      cell = ""
    case "\n" where !isQuoted:
      rows.append(row + [cell])
      (row, cell) = ([], "")
    default: cell.append(character)
    }
  }
  return rows
}

/// Whether a number of a JSON object is this one, but for the reader's last digit.
func isNear(_ found: Any?, _ expected: Double?) -> Bool {
  guard let found = found as? Double, let expected else { return false }
  return abs(found - expected) <= 1e-12 * max(1, abs(expected))
}

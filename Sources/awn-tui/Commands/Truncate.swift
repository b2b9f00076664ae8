import AdaptiveWidth
import ArgumentParser
import Experiment
import ModelFiles
import UserInterface

struct Truncate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Cut a trained model down.",
    discussion: """
      Each learned layer keeps its first neurons, with their importances. The cut is then repaired: the outgoing weights \
      of the remaining neurons are refitted, by least squares on training rows, so that the next layer receives what it \
      received before. That takes no training. --no-repair keeps the weights as they are; --order best keeps the neurons \
      that together explain most.

      Give the number of neurons to keep, or a budget: truncate then makes the best model of at most that many parameters, \
      or the smallest one that is good enough on the held-out rows of the run.

      With one learned layer every width is measured. With several, neurons are removed in chunks, each from the layer \
      that loses least for each parameter saved.

      --fine-tune continues training of the cut model on its own data. --teacher adds knowledge distillation: the model \
      learns the outputs of the uncut one beside the targets, as --teacher-weight and --teacher-temperature say.
      """)

  @OptionGroup var model: ModelArgument
  @Option(parsing: .unconditional, help: "The same fraction of every learned layer, above 0 and at most 1.")
  var keep: Double?
  @Option(
    parsing: .unconditional,
    help: "Neurons to keep in each learned layer, from the input on, such as 48 or 48,12.",
    transform: WidthList.init)
  var width: WidthList?
  @Option(parsing: .unconditional, help: "At most so many weights and biases.", transform: Int.parsing)
  var maxParameters: Int?
  @Option(
    parsing: .unconditional, help: "At most so many multiply-adds for one row's forward pass.",
    transform: Int.parsing)
  var maxMultiplyAdds: Int?
  @Option(parsing: .unconditional, help: "Held-out accuracy to keep, as a fraction such as 0.95; of classes.")
  var minAccuracy: Double?
  @Option(parsing: .unconditional, help: Tolerance.help)
  var tolerance: Double?
  @OptionGroup var cutFlags: CutFlags
  @OptionGroup var fineTuning: FineTuningFlags
  @OptionGroup var teacherFlags: TeacherFlags
  @Option(
    name: [.customShort("o"), .long], help: "The new model's folder, which must not hold anything yet.")
  var output: String

  func validate() throws {
    let given = [
      keep != nil, width != nil, maxParameters != nil, maxMultiplyAdds != nil, minAccuracy != nil,
      tolerance != nil,
    ]
    guard given.count(where: { $0 }) == 1 else {
      throw ValidationError(
        "say how to cut with one, and only one, of --keep, --width, --max-parameters, --max-multiply-adds, --min-accuracy and "
          + "--tolerance")
    }
    if cutFlags.roundTo != nil, keep != nil || width != nil {
      throw ValidationError("--round-to goes with a budget: --keep and --width are cut to as they are")
    }
    if let keep, !(keep > 0 && keep <= 1) {
      throw ValidationError("--keep must be above 0 and at most 1")
    }
    if let maxParameters, maxParameters < 1 { throw ValidationError("--max-parameters must be at least 1") }
    if let maxMultiplyAdds, maxMultiplyAdds < 1 {
      throw ValidationError("--max-multiply-adds must be at least 1")
    }
    if let minAccuracy, !(minAccuracy > 0 && minAccuracy <= 1) {
      throw ValidationError("--min-accuracy is a fraction: above 0 and at most 1")
    }
    try Tolerance.check(tolerance)
  }

  private var method: CutMethod { cutFlags.method }

  /// Epochs of training beyond the teacher's; `nil`: none at all.
  private var trainedEpochs: Int? { fineTuning.fineTune ?? (teacherFlags.teacher == nil ? nil : 0) }

  mutating func run() throws {
    let folder = try ModelFolder(output)
    let loaded = try model.read()
    try loaded.requireLearnedWidths()
    let network = loaded.model.network
    if minAccuracy != nil, network.problem == .regression {
      throw ValidationError("--min-accuracy is of classes, and this model predicts a number: use --tolerance")
    }
    var workspace = Workspace()
    let own = try ownData(of: loaded)
    let rows = try own?.heldOut(for: network)
    let before = network.measured(rows, &workspace)
    let widths = try widths(
      network, cutFlags.rounding(own: own?.configuration.network.rounding), rows, &workspace)
    let (cut, trained) = try cut(loaded.model, to: widths, own, rows)
    let after = cut.measured(rows, &workspace)
    try folder.write(cut, metrics: rows == nil ? nil : after.metrics, trained: trained, from: loaded)
    try OutputFile.print(Change(before: before, after: after, isMeasured: rows != nil).text + folder.sentence)
  }

  /// The cut network, and the steps and epochs that it was trained for.
  private func cut(
    _ model: SavedModel, to widths: [Int], _ own: OwnData?, _ rows: EvaluationRows?
  ) throws -> (Network, trained: (steps: Int, epochs: Double)) {
    guard var own, let rows, let epochs = trainedEpochs, widths != model.network.widths else {
      var cutter = Cutter(
        model.network, method, rows ?? EvaluationRows(batches: []), threads: CutFlags.threads)
      return (WaitingLine().during("cutting") { cutter.network(keeping: widths) }, (0, 0))
    }
    teacherFlags.set(&own.configuration.training)
    let compressor = Compressor(own, rows: rows, epochs: nil) { Console.tell($0 + "\n") }
    let start = compressor.state(from: model)
    let result = try waiting { [method, isTaught = teacherFlags.teacher != nil] in
      try await compressor.cut(start, to: widths, method, isTaught: isTaught, epochs: epochs)
    }
    let steps = result.step - start.step
    return (result.network, (steps, Double(steps) / Double(result.cursor.batchesPerEpoch)))
  }

  /// The model's own data; a cut that does not depend on them is made without, if need be.
  private func ownData(of loaded: LoadedModel) throws -> OwnData? {
    do {
      return try OwnData(of: loaded)
    } catch {
      guard keep != nil || width != nil, trainedEpochs == nil else { throw error }
      let repair = method.isRepaired ? " and not repaired" : ""
      Console.tell("note: the cut is not measured\(repair): \(error)\n")
      return nil
    }
  }

  private func widths(
    _ network: Network, _ rounding: WidthRounding, _ rows: EvaluationRows?, _ workspace: inout Workspace
  ) throws -> [Int] {
    if let keep { return network.widths(keeping: keep) }
    if let width { return try width.checked(against: network) }
    let budget: CutBudget =
      if let maxParameters {
        .parameters(atMost: maxParameters)
      } else if let maxMultiplyAdds {
        .multiplyAdds(atMost: maxMultiplyAdds)
      } else if let minAccuracy {
        .accuracy(atLeast: minAccuracy)
      } else {
        .tolerance(tolerance ?? 0)
      }
    guard let rows else { preconditionFailure("a budget is measured") }
    Console.tell(notes: rounding.notes)
    do {
      return try WaitingLine().during("finding the cut") { [method] () throws(ImpossibleBudget) in
        try network.cut(
          to: budget, by: method, rounding: rounding, rows, threads: CutFlags.threads, &workspace
        ).widths
      }
    } catch {
      throw ModelCommandError.noCut(budget, closest: error.closest)
    }
  }
}

/// `--tolerance`
enum Tolerance {
  static let help: ArgumentHelp = """
    How much worse the held-out metric may become, compared with the uncut model, or with the best cut. Accuracy: in \
    points, as a fraction (0.01: 97 % may become 96 %). RMSE: relative (0.01: 2.00 may become 2.02).
    """

  static func check(_ tolerance: Double?) throws {
    if let tolerance, !(tolerance >= 0 && tolerance.isFinite) {
      throw ValidationError("--tolerance must not be negative")
    }
  }
}

extension WidthList {
  /// The widths, if the network's learned layers can be brought to them.
  func checked(against network: Network) throws -> [Int] {
    let there = network.widths
    guard widths.count == there.count else {
      throw ValidationError(
        "--width needs a number for each learned layer, and there are \(there.count): \(MetricText.widths(there))"
      )
    }
    guard zip(widths, there).allSatisfy({ $0 <= $1 }) else {
      throw ValidationError(
        "--width can only keep neurons that there are: at most \(MetricText.widths(there))")
    }
    return widths
  }
}

extension Network {
  /// As it is; without rows, with metrics that say nothing.
  func measured(_ rows: EvaluationRows?, _ workspace: inout Workspace) -> MeasuredCut {
    let metrics = rows.map { evaluate($0, &workspace) } ?? Metrics(loss: .nan)
    return MeasuredCut(
      widths: widths, metrics: metrics, parameters: parameterCount(), multiplyAdds: multiplyAdds())
  }
}

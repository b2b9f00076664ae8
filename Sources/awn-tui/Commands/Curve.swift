import AdaptiveWidth
import ArgumentParser
import Experiment
import Foundation
import Learning
import ModelFiles
import UserInterface

struct Curve: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "What every cut of a model would cost, on held-out rows.",
    discussion: """
      CSV, or JSON: for each learned layer and each number of first neurons kept, the held-out metric (accuracy, or \
      RMSE in the target's own unit) and loss of a plain cut, the same of a repaired one (`repaired_accuracy`, \
      `repaired_loss`) with its standard error (`accuracy_error`), and the network's parameters and multiply-adds. The last learned layer \
      is measured at every width, those before it where that is cheap; else at a set of widths, marked `exact` false. \
      `layer` counts from 0, and `layer_name` is what the dashboard calls it, where layers count from 1.

      Beside the metric of the first neurons stand those of as many neurons kept by other orders: the ones of largest \
      measured contribution (`by_contribution`), of largest weights (`by_magnitude`) or of largest first-order effect \
      on the loss (`by_taylor`), ones drawn at random (`random_mean`, and the least and greatest of ten draws, \
      `random_low` and `random_high`), and those that together explain most, repaired (`best`); in \
      layers before the last, at some widths only.

      --joint: all learned layers cut to the same fraction, `keep`, at a set of fractions.
      --pareto: the price list: repaired cuts of all learned layers that no smaller cut equals; with --round-to, those \
      to multiples of it.
      --milliseconds: how long the cut network takes here for one observation (`milliseconds`) and for 128 at once \
      (`batch_milliseconds`), on one thread: the median of a few passes, with the noise of this machine.

      Rows are those that the run held out, from the experiment.toml beside the checkpoint.
      """)

  @OptionGroup var model: ModelArgument
  @Option(
    parsing: .unconditional,
    help: """
      One learned layer alone, counted from 0, as `layer` of the output is: 0 is what the dashboard calls layer 1 \
      (default: each of them).
      """, transform: Int.parsing)
  var layer: Int?
  @Flag(help: "All learned layers, cut to the same fraction.")
  var joint = false
  @Flag(help: "The smallest cut for every metric that cuts of this network reach.")
  var pareto = false
  @OptionGroup var cutFlags: CutFlags
  @Flag(help: "Measure how long the cut network takes, too.")
  var milliseconds = false
  @Flag(help: "JSON instead of CSV.")
  var json = false

  func validate() throws {
    if [joint, pareto, layer != nil].count(where: { $0 }) > 1 {
      throw ValidationError("give one of --layer, --joint and --pareto")
    }
    if cutFlags.roundTo != nil && !pareto {
      throw ValidationError("--round-to goes with --pareto: other curves have every width")
    }
  }

  mutating func run() throws {
    let loaded = try model.read()
    try loaded.requireLearnedWidths()
    let network = loaded.model.network
    let titles = network.layerTitles
    if let layer, !titles.indices.contains(layer) {
      let places = titles.enumerated().map { "\($0) is \($1)" }
      let shown = places.count > 3 ? [places[0], "…", places[places.count - 1]] : places
      throw ValidationError(
        "there is no learned layer \(layer): --layer counts from 0: \(shown.joined(separator: ", "))")
    }
    let own = try OwnData(of: loaded)
    let rows = try own.heldOut(for: loaded.model.network)
    let (method, threads) = (cutFlags.method, CutFlags.threads)
    var workspace = Workspace()
    var report = CurveReport(loaded, rows: rows.rows)
    let waiting = WaitingLine()
    if joint {
      let curve = waiting.during("measuring joint cuts") {
        network.jointTradeoff(by: method, rows, step: report.step, threads: threads, &workspace)
      }
      report.add(curve, of: network)
    } else if pareto {
      let rounding = cutFlags.rounding(own: own.configuration.network.rounding)
      let frontier = waiting.during("measuring the price list") {
        network.frontier(
          by: method, rows, step: report.step, rounding: rounding, threads: threads, &workspace)
      }
      report.add(frontier)
    } else {
      for layer in layer.map({ [$0] }) ?? Array(network.widths.indices) {
        let (curve, orders) = waiting.during("measuring cuts of \(titles[layer])") {
          let curve = network.tradeoff(
            layer: layer, by: method, rows, step: report.step, threads: threads, &workspace)
          return (
            curve, network.orderComparison(of: curve, layer: layer, rows, threads: threads, &workspace)
          )
        }
        report.add(curve, named: titles[layer], orders)
        // Large layers take minutes.
        if !json && !milliseconds { try OutputFile.print(report.newLines(.layers)) }
      }
    }
    if milliseconds, let timer = InferenceTimer(own.dataset.validation) {
      report.addTimes(of: network, by: timer, &workspace)
    }
    let rest = try json ? jsonLine(report) : report.newLines(joint ? .joint : pareto ? .pareto : .layers)
    try OutputFile.print(rest)
  }
}

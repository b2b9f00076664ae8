// Two ways to use the method from another program: the trainer, and the network by itself.
//   swift run -c release
import AdaptiveWidth
import Datasets
import Experiment
import LinearAlgebra
import Messaging
import Training

// 1. The trainer, as `awn-tui train spiral` runs it: threads, held-out evaluation, undo, run folders.

var configuration = Configuration.defaults(for: .spiral)
configuration.training.epochs = 100
let dataset = try Dataset.load(configuration.data, seed: configuration.training.seed)
let channels = RunChannels()
let trainer = Trainer(
  configuration: configuration, dataset: dataset, channels: channels, isWatched: false)
let outcome = await trainer.run(measuringTest: true)
print("the trainer: width \(outcome.initialWidths) → \(outcome.widths), test", outcome.test?.accuracy ?? .nan)
for evaluation in channels.evaluations.drain() where evaluation.step % 2_500 == 0 {
  print("  step \(evaluation.step): width \(evaluation.widths), rate \(evaluation.rates)")
}

// 2. The network by itself: a training loop of one's own, then a cut.

/// Rows of a table as the network takes them.
func batch(_ table: Examples, _ rows: ArraySlice<Int32>) -> Batch {
  guard case .classes(let labels) = table.targets else { fatalError("spiral has classes") }
  var inputs = Matrix(rows: rows.count, columns: table.columns)
  inputs.gather(rows: rows, from: table.features)
  return Batch(inputs: inputs, labels: rows.map { labels[Int($0)] })
}

let table = dataset.training
let held = dataset.validation
let rows = EvaluationRows(batches: [batch(held, (0..<Int32(held.rows)).map { $0 }[...])])
var network = Network(
  options: configuration.network, ratePrior: nil, inputs: table.columns, outputs: dataset.classNames.count,
  problem: dataset.problem, seed: 1)
var optimizer = Optimizer(kind: .adam, learningRate: 0.01)
let objective = Objective(weightScale: 10, observations: table.rows)
var workspace = Workspace()
var growth = RandomStream(seed: 1, purpose: "growth")
var cursor = BatchCursor(rows: table.rows, batchSize: 32, seed: 1)

while cursor.epoch < 100 {
  // The rates give the widths; then a step as of any network, whose update also moves the rates.
  _ = network.adjustWidths(random: &growth)
  let range = cursor.next()
  _ = network.lossAndGradients(batch(table, cursor.order[range]), &workspace)
  optimizer.begin()
  network.update(by: optimizer, workspace, objective: objective)
}

func report(_ what: String, _ network: Network, _ workspace: inout Workspace) {
  let metrics = network.evaluate(rows, &workspace)
  print(
    "\(what): width \(network.widths), \(network.parameterCount()) parameters, held-out", metrics.accuracy!)
}
report("by hand", network, &workspace)
// What every cut would cost, all measured in one pass; then the smallest network that loses half a point at most.
let curve = network.tradeoff(layer: 0, rows, step: cursor.step, &workspace)
let whole = curve.points[curve.points.count - 1]
let cut = curve.points.first { $0.metrics.accuracy! >= whole.metrics.accuracy! - 0.005 }!
network.truncate(layer: 0, to: cut.width)
report("truncated", network, &workspace)

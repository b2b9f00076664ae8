import AdaptiveWidth
import CAllocations
import Datasets
import Experiment
import Glibc
import Learning

/// How often 1,000 minibatches of a built-in task, after as many to warm up, ask the heap for memory while the width
/// changes.
func measure(threads: Int) throws -> (allocations: Int, widths: Int) {
  var configuration = Configuration.defaults(for: .spiral)
  // Of the method whose widths move at most steps.
  configuration.network.method = .paper
  configuration.network.initialRate = 0.03
  let dataset = try Dataset.load(configuration.data, seed: 0)
  var learning = LearningState(configuration: configuration, dataset: dataset)
  let objective = Objective(weightScale: 10, observations: dataset.training.rows)
  var workers = Workers(dataset: dataset, objective: objective, threads: threads)
  var edits = 0
  func steps(_ count: Int) {
    for _ in 0..<count {
      let step = learning.beginStep(&workers)
      edits += step.adjustment.grown + step.adjustment.shrunk
      learning.endStep(&workers, learningRateFactor: 1)
    }
  }
  steps(1_000)
  edits = 0
  let before = allocations_so_far()
  steps(1_000)
  return (allocations_so_far() - before, edits)
}

if CommandLine.arguments[1] == "networks" {
  for item in NetworkProbe.cases {
    var probe = NetworkProbe(item)
    let result = probe.measure()
    print(item.name, result.allocations, result.edits)
  }
} else {
  let result = try measure(threads: Int(CommandLine.arguments[1]) ?? 1)
  print(result.allocations, result.widths)
}

import Datasets
import Experiment

/// Tests that read tables from texts.
protocol TableSuite {
  var scratch: Scratch { get }
}

extension TableSuite {
  /// The data set that a text is read as, all of its rows for training.
  func load(_ text: String, _ change: (inout DataOptions) -> Void = { _ in }) throws -> Dataset {
    var options = DataOptions(path: try scratch.write(text), validation: 0, test: 0)
    change(&options)
    return try Dataset.load(options, seed: 0)
  }
}

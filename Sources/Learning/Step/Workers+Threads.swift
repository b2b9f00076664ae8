import Datasets
import Experiment
import Foundation

extension Workers {
  /// Multiply-adds of a minibatch's forward pass from which a second thread gains more than meeting it costs.
  private static let dividedFrom = 2_000_000

  /// As many threads as pay: one for small networks; as many as there are cores for large ones, at most eight.
  package static func usefulThreads(
    _ configuration: Configuration, _ dataset: Dataset,
    cores: Int = ProcessInfo.processInfo.activeProcessorCount
  ) -> Int {
    if let grain = configuration.network.kind.architecture.observationsPerThread {
      return min(max(cores, 1), 8, max(configuration.training.batchSize / grain, 1))
    }
    let shape =
      [dataset.training.columns] + configuration.network.initialWidths + [dataset.preparation.outputs]
    let multiplyAdds = zip(shape, shape.dropFirst()).reduce(0) { $0 + $1.0 * $1.1 }
    let work = multiplyAdds * min(configuration.training.batchSize, dataset.training.rows)
    return work < dividedFrom ? 1 : min(max(cores, 1), 8)
  }
}

extension Range<Int> {
  /// One of `count` parts of nearly the same size.
  package func share(_ index: Int, of count: Int) -> Range<Int> {
    // The divisions take a part of a small network's step that can be measured.
    if count == 1 { return self }
    return lowerBound + self.count * index / count..<lowerBound + self.count * (index + 1) / count
  }
}

import AdaptiveWidth
import Datasets
import Experiment
import Foundation
import LinearAlgebra

extension Inspector {
  /// Some held-out sequences, each with its states; `nil` if the rows are no sequences.
  package func sequences(_ network: Network, count: Int = 4, _ workspace: inout Workspace)
    -> [SampleSequence]?
  {
    guard case .sequences(let offsets) = dataset.validation.structure else { return nil }
    let table = dataset.validation
    var source = BatchSource(table)
    return table.spreadRows(count).compactMap { row in
      source.fill([Int32(row)], 0..<1)
      guard let states = network.states(of: source.batch, &workspace) else { return nil }
      let steps = Int(offsets[row])..<Int(offsets[row + 1])
      let answer = answer(workspace.output, source.batch)
      return SampleSequence(
        name: dataset.featureNames.first ?? "",
        values: steps.map {
          Float(dataset.featureScaling.restored(table.features[$0 * table.columns], at: 0))
        }, units: states.columns,
        states: (0..<states.columns).flatMap { unit in (0..<states.rows).map { states[$0, unit] } },
        predicted: answer.predicted, actual: answer.actual, isRight: answer.isRight)
    }
  }

  private func answer(
    _ output: Matrix, _ batch: Batch
  ) -> (predicted: String, actual: String, isRight: Bool) {
    if let scaling = dataset.targetScaling {
      let values = [output[0, 0], batch.values[0, 0]].map { scaling.restored($0, at: 0) }
      // Right within a tenth of the targets' standard deviation.
      let isRight = abs(values[0] - values[1]) <= scaling.scales[0] / 10
      return (String(format: "%.4g", values[0]), String(format: "%.4g", values[1]), isRight)
    }
    let (predicted, actual) = (output.largestColumns[0], Int(batch.labels[0]))
    return (dataset.classNames[predicted], dataset.classNames[actual], predicted == actual)
  }
}

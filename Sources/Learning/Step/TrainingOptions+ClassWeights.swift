import Datasets
import Experiment
import PlainText

extension TrainingOptions {
  /// What an observation of each class counts in the loss; empty: 1.
  ///
  /// - Throws: `ClassWeightsProblem` if the weights do not suit the classes.
  package func classWeights(of dataset: Dataset) throws(ClassWeightsProblem) -> [Float] {
    guard let classWeights else { return [] }
    let names = dataset.classNames
    guard dataset.problem == .classification, !names.isEmpty else {
      throw ClassWeightsProblem(clause: "the data have no classes")
    }
    var counts = Array(repeating: 0, count: names.count)
    if case .classes(let labels) = dataset.training.targets {
      for label in labels { counts[Int(label)] += 1 }
    }
    switch classWeights.resolved(classes: names, counts: counts) {
    case .success(let weights): return weights.map { Float($0) }
    case .failure(let error):
      let end = error.unknown.map { suggestion(nearestTo: $0, of: names, "classes") } ?? ""
      throw ClassWeightsProblem(clause: error.clause + end)
    }
  }
}

/// Why class weights do not suit the data.
package struct ClassWeightsProblem: UserFacingError {
  package var clause: String

  package var sentence: String { "--class-weights: \(sanitized(clause, limit: 300))" }
  package var exitStatus: ExitStatus { .usage }
}

import AdaptiveWidth
import Datasets
import Experiment
import Learning
import ModelFiles
import PlainText

/// A trained model that a new run begins with in place of new weights: of the run's architecture, whatever its widths,
/// which stay as they are under the method `settle`. The optimizer goes on with its state if the model has it.
public struct InitialModel: Sendable {
  let model: SavedModel

  /// - Parameter path: where the model was read from, for messages.
  /// - Throws: if no run of this experiment on these data can begin with it.
  public init(
    _ model: SavedModel, path: String, configuration: Configuration, dataset: Dataset
  ) throws(InitialModelError) {
    self.model = model
    let fresh = LearningState(configuration: configuration, dataset: dataset)
    if let difference = fresh.network.architectureDifference(of: model.network) {
      throw InitialModelError(path: path, reason: difference)
    }
    if let preparation = model.preparation, preparation.target != dataset.preparation.target,
      case .classes(let names) = preparation.target
    {
      throw InitialModelError(
        path: path, reason: "its classes are others: \(names.prefix(5).joined(separator: ", "))")
    }
    guard let optimizer = model.optimizer else { return }
    if optimizer.kind != fresh.optimizer.kind || optimizer.momentum != fresh.optimizer.momentum
      || optimizer.weightDecay != fresh.optimizer.weightDecay
    {
      throw InitialModelError(
        path: path,
        reason: "it has the state of another optimizer (\(optimizer.kind.rawValue), weight decay "
          + "\(optimizer.weightDecay)): keep its optimizer and weight decay")
    }
  }

  /// For those who watch, and the log.
  public var notes: [String] {
    let widths = model.network.widths.map(String.init).joined(separator: ", ")
    return [
      "the run begins with the weights of step \(model.origin.step) of \(sanitized(model.origin.name))"
        + (widths.isEmpty ? "" : ", widths \(widths)")
        + (model.optimizer == nil ? "; its optimizer begins without a state" : "")
    ]
  }
}

/// Why a run cannot begin with a model.
public struct InitialModelError: UserFacingError, Equatable {
  var path: String
  /// A clause about the model.
  var reason: String

  public var sentence: String {
    "no run of this experiment can begin with \(sanitized(path, limit: 300)): \(sanitized(reason, limit: 300))"
  }
  public var exitStatus: ExitStatus { .badInput }
}

extension LearningState {
  /// Takes the place of new weights. Widths that were found are not explored once more.
  mutating func begin(with initial: InitialModel) {
    let rate = optimizer.learningRate
    network = initial.model.network
    optimizer = initial.model.optimizer ?? optimizer
    optimizer.learningRate = rate
    settling = nil
    cursor.withhold([])
  }
}

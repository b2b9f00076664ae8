import Experiment
import Messaging

/// Follows a run beside its folder, for another program. Called from the trainer between steps: nothing may wait.
public protocol RunObserver: Sendable {
  func record(_ measurement: Measurement)
  func record(_ event: Event)
  /// Returns when everything is written.
  func close() async
}

/// An evaluation, with what else is true of the network it is of.
public struct Measurement: Equatable, Sendable {
  public var evaluation: Evaluation
  /// At its step, as the schedule has it; `nil` of an evaluation that was under way when a run was interrupted.
  public var learningRate: Double?
  /// f(n) of each adaptive layer, one per neuron.
  public var importances: [[Float]]

  public init(_ evaluation: Evaluation, learningRate: Double?, importances: [[Float]]) {
    self.evaluation = evaluation
    self.learningRate = learningRate
    self.importances = importances
  }
}

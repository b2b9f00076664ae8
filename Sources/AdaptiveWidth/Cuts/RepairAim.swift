import LinearAlgebra

/// What the repair of a layer whose reader gives the logits of classes is to preserve.
public enum RepairAim: Sendable {
  /// The probabilities of the classes: logits count less their mean, each row by the curvature of its likelihood. Rows
  /// near a boundary decide, those far from it may change. In best order the neurons are chosen by backward elimination.
  case probabilities
  /// The logits, in all rows alike: for measurements of what a network needs. By curvature the details of a network that
  /// has learned noise look needed, and small tables settle at two to three times the width.
  case logits

  /// Added to the curvature of a row, of which the largest is 1/2 for two classes: rows that the uncut network is sure of
  /// have none, but a fit without them does anything there.
  private static let leastCurvature = 0.01

  package func targets(_ logits: Matrix) -> Matrix {
    self == .probabilities ? logits.subtractingRowMeans() : logits
  }

  /// What the squared error of each row counts; `nil`: all the same.
  package func weights(_ logits: Matrix) -> [Double]? {
    self == .probabilities ? logits.curvatures().map { $0 + Self.leastCurvature } : nil
  }
}

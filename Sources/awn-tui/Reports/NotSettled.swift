import Experiment
import Training

/// What the last line of a run says where its widths are not settled.
package enum NotSettled {
  /// Why widths are not settled, and what to do.
  ///
  /// - Parameters:
  ///   - isChanged: whether they were, and a width was cut or widened since.
  ///   - limit: what ended the run, which is what would have to be larger.
  package static func reason(
    _ obstacle: SettlingObstacle?, isStopped: Bool, isChanged: Bool = false, limit: Outcome.Limit = .epochs,
    trainLoss: Double, heldOutLoss: Double?
  ) -> String {
    let unit = limit == .steps ? "steps" : "epochs"
    let more = limit == .patience ? "a larger --patience" : "more \(unit)"
    return switch obstacle {
    case .hasLearnedNothing where trainLoss > outOfBounds:
      "the loss is far above that of a constant prediction; try a smaller learning rate"
    case .hasLearnedNothing where (heldOutLoss ?? 0) > max(1.5 * trainLoss, trainLoss + 0.1):
      "what the network has learned does not hold for other rows; try fewer \(unit), or more rows"
    case .hasLearnedNothing: "the network has learned too little; try another learning rate, or \(more)"
    case .isStillLearning: "the network was still learning; give \(more)"
    case nil where isChanged: "a width was changed after it was measured"
    case nil where isStopped: "the run was ended before its widths were measured"
    case nil where limit == .patience:
      "early stopping ended the run before its widths were measured, which begins after half of the epochs; train with a "
        + "larger --patience or with fewer --epochs"
    case nil: "the run was too short; give \(more)"
    }
  }

  /// A loss that no constant prediction has: of numbers it is ½, of C classes ln C at most.
  private static let outOfBounds = 20.0
}

import Experiment

/// What the last line of a run says where its widths are not settled.
package enum NotSettled {
  /// Why widths are not settled, and what to do.
  package static func reason(
    _ obstacle: SettlingObstacle?, isStopped: Bool, trainLoss: Double, heldOutLoss: Double?
  ) -> String {
    switch obstacle {
    case .hasLearnedNothing where (heldOutLoss ?? 0) > max(1.5 * trainLoss, trainLoss + 0.1):
      "what the network has learned does not hold for other rows; try fewer epochs, or more rows"
    case .hasLearnedNothing: "the network has learned too little; try another learning rate, or more epochs"
    case .isStillLearning: "the network was still learning; give more epochs"
    case nil where isStopped: "the run was ended before its widths were measured"
    case nil: "the run was too short; give more epochs"
    }
  }
}

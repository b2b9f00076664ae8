extension Sequence<Evaluation> {
  /// The evaluations of the present network and of those it was trained from, in the order of steps: an undo removes the
  /// evaluations after the step it returns to, and a redo restores them.
  ///
  /// An evaluation that is not later than one before follows an undo. One that is later, and of the same network as one
  /// that was taken back, follows a redo: the evaluations between belong to that network, too.
  public var inForce: [Evaluation] {
    var kept: [Evaluation] = []
    var takenBack: [[Evaluation]] = []
    for evaluation in self {
      let later = kept.firstIndex { $0.step >= evaluation.step } ?? kept.count
      if later < kept.count {
        takenBack.append(Array(kept[later...]))
        kept.removeSubrange(later...)
      } else if let stretch = takenBack.last,
        let place = stretch.firstIndex(where: { $0.isOfSameNetwork(as: evaluation) })
      {
        takenBack.removeLast()
        let last = kept.last?.step ?? -1
        kept += stretch[..<place].filter { $0.step > last }
      }
      kept.append(evaluation)
    }
    return kept
  }
}

extension Evaluation {
  /// Whether it was made of the same parameters, as far as numbers tell.
  fileprivate func isOfSameNetwork(as other: Evaluation) -> Bool {
    step == other.step && widths == other.widths && validation.loss == other.validation.loss
  }
}

extension Sequence<Evaluation> {
  /// The evaluations of the present network and of those it was trained from, in the order of steps: an undo removes the
  /// evaluations after the step it returns to, and a redo restores them.
  ///
  /// One of the same network as one that was taken back follows a redo, or the undo of one: those before it belong to that
  /// network, too, and what came after the undo does not. Any other one that is not later than one before follows an undo.
  public var inForce: [Evaluation] {
    var kept: [Evaluation] = []
    var takenBack: [(start: Int, evaluations: ArraySlice<Evaluation>)] = []
    for evaluation in self {
      let later = (kept.lastIndex { $0.step < evaluation.step } ?? -1) + 1
      let isOfSameNetwork = { (other: Evaluation) in other.isOfSameNetwork(as: evaluation) }
      let known = takenBack.lastIndex { stretch in
        (stretch.evaluations.last?.step ?? -1) >= evaluation.step
          && stretch.evaluations.contains(where: isOfSameNetwork)
      }
      if let known {
        let stretch = takenBack.remove(at: known)
        let start = Swift.min(stretch.start, kept.count)
        // Another undo leads back to it.
        takenBack.append((start, kept[start...]))
        kept.removeSubrange(start...)
        kept += stretch.evaluations.prefix { !isOfSameNetwork($0) }
      } else if later < kept.count {
        takenBack.append((later, kept[later...]))
        kept.removeSubrange(later...)
      }
      kept.append(evaluation)
    }
    return kept
  }
}

extension Evaluation {
  /// Whether it was made of the same parameters, as far as numbers tell.
  package func isOfSameNetwork(as other: Evaluation) -> Bool {
    step == other.step && widths == other.widths && validation.loss == other.validation.loss
  }
}

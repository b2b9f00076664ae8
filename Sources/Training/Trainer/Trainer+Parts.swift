import Learning

/// What is read off the trainer's state.
extension Trainer {
  package var learning: LearningState { moment.learning }
  var history: History { moment.history }

  /// Whether a search for the smallest good network is under way.
  var isSearching: Bool { progress.phase.isSearching }
  var isCompressing: Bool { isSearching || moment.learning.isCompressing }

  var batchesPerEpoch: Int { moment.learning.cursor.batchesPerEpoch }

  func steps(of epochs: Int) -> Int { LearningRateCourse.steps(of: epochs, batchesPerEpoch: batchesPerEpoch) }

  /// Steps of the whole schedule.
  var scheduledSteps: Int { min(steps(of: moment.limits.epochs), moment.limits.steps ?? .max) }

  /// A compression continues to its end.
  var isDone: Bool { !isCompressing && moment.learning.step >= scheduledSteps }

  /// The factor of the learning rate in the next step, or in the last step if no step follows.
  var learningRateFactor: Double {
    let step = moment.learning.step
    return moment.learning.factor(
      of: learningRateCourse, at: isDone || state == .finished ? max(0, step - 1) : step,
      isSearching: isSearching)
  }
}

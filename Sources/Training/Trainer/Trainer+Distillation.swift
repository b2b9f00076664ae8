import AdaptiveWidth
import Experiment
import Learning

/// Fine-tuning under a teacher, the network before a cut.
extension Trainer {
  /// The distillation that follows a cut of the network as it is now. A teacher that is active already is
  /// kept, because it is the less pruned network.
  ///
  /// - Parameter isAskedFor: whether the cut asks for it; `nil`: as the settings say.
  func distillation(isAskedFor: Bool? = nil) -> Distillation? {
    guard isAskedFor ?? (configuration.training.teacher != nil) else { return nil }
    let terms = Distillation.Terms(
      weight: configuration.training.teacherWeight, temperature: configuration.training.teacherTemperature,
      firstStep: learning.step, lastStep: learning.step + steps(of: distillationEpochs))
    return Distillation(
      teacher: learning.distillation?.teacher ?? learning.network.inferenceCopy, terms: terms)
  }

  /// The teacher of an edit that has been made begins. A run that had ended trains on.
  ///
  /// - Parameter before: held-out metrics before the edit.
  func beginDistillation(_ before: Metrics?) {
    guard let terms = learning.distillation?.terms else { return }
    let duration = teacherDuration
    if duration == .untilCaughtUp { moment.learning.distillation?.terms.reference = before }
    if isDone {
      moment.learning.distillation?.terms.isAfterEnd = true
      extend(by: distillationEpochs)
    } else if duration != .untilCaughtUp && terms.lastStep > scheduledSteps {
      extend(by: distillationEpochs)
    }
    post(.teaching(duration))
    keepAsGood()
    progress.phase.reopen(progress.phase.search)
  }

  /// After every step: ends the distillation whose time is over.
  func endDistillationIfOver() {
    guard let distillation = learning.distillation, learning.step >= distillation.terms.lastStep else {
      return
    }
    endDistillation(hasCaughtUp: false)
  }

  /// Ends the distillation of a network that has caught up.
  ///
  /// - Parameter metrics: held-out, as they were at a step.
  func endDistillationIfCaughtUp(_ metrics: Metrics, at step: Int) {
    guard let distillation = learning.distillation, distillation.terms.isCaughtUp(metrics, at: step) else {
      return
    }
    endDistillation(hasCaughtUp: true)
  }

  private func endDistillation(hasCaughtUp: Bool) {
    // What only the teacher had prolonged ends with it.
    if hasCaughtUp, learning.distillation?.terms.isAfterEnd ?? false {
      extend(by: 0)
    }
    moment.learning.distillation = nil
    keepAsGood()
    wantsCheckpoint = true
    post(.taught(hasCaughtUp: hasCaughtUp))
  }

  private var teacherDuration: TeacherDuration { configuration.training.teacher ?? .untilCaughtUp }

  /// For how long it teaches at the most.
  private var distillationEpochs: Int { configuration.training.maxEpochs(of: teacherDuration) }

  var distillationStatus: TeachingStatus? {
    learning.distillation.map {
      TeachingStatus(
        widths: $0.teacher.widths, lastStep: $0.terms.lastStep, reference: $0.terms.reference)
    }
  }
}

import AdaptiveWidth
import Experiment

/// Fine-tuning under a teacher, the network before a cut.
extension Trainer {
  /// The teaching that follows a cut of the network as it is now. A teacher that is active already is
  /// kept, because it is the less pruned network.
  ///
  /// - Parameter isAskedFor: whether the cut asks for it; `nil`: as the settings say.
  func teaching(isAskedFor: Bool? = nil) -> Teaching? {
    guard isAskedFor ?? (configuration.training.teacher != nil) else { return nil }
    let terms = Teaching.Terms(
      weight: configuration.training.teacherWeight, temperature: configuration.training.teacherTemperature,
      firstStep: learning.step, lastStep: learning.step + steps(of: teachingEpochs))
    return Teaching(teacher: learning.teaching?.teacher ?? learning.network.inferenceCopy, terms: terms)
  }

  /// The teacher of an edit that has been made begins. A run that had ended trains on.
  ///
  /// - Parameter before: held-out metrics before the edit.
  func beginTeaching(_ before: Metrics?) {
    guard let terms = learning.teaching?.terms else { return }
    let duration = teacherDuration
    if duration == .untilCaughtUp { moment.learning.teaching?.terms.reference = before }
    if isDone {
      moment.learning.teaching?.terms.isAfterEnd = true
      extend(by: teachingEpochs)
    } else if duration != .untilCaughtUp && terms.lastStep > scheduledSteps {
      extend(by: teachingEpochs)
    }
    post(.teaching(duration))
    keepAsGood()
    progress.phase.reopen(progress.phase.search)
  }

  /// After every step: ends the teaching whose time is over.
  func endTeachingIfOver() {
    guard let teaching = learning.teaching, learning.step >= teaching.terms.lastStep else { return }
    endTeaching(hasCaughtUp: false)
  }

  /// Ends the teaching of a network that has caught up.
  ///
  /// - Parameter metrics: held-out, as they were at a step.
  func endTeachingIfCaughtUp(_ metrics: Metrics, at step: Int) {
    guard let teaching = learning.teaching, teaching.terms.isCaughtUp(metrics, at: step) else { return }
    endTeaching(hasCaughtUp: true)
  }

  private func endTeaching(hasCaughtUp: Bool) {
    // What only the teacher had prolonged ends with it.
    if hasCaughtUp, learning.teaching?.terms.isAfterEnd ?? false {
      moment.limits = RunLimits(epochs: Int(learning.epoch.rounded(.up)))
    }
    moment.learning.teaching = nil
    keepAsGood()
    wantsCheckpoint = true
    post(.taught(hasCaughtUp: hasCaughtUp))
  }

  private var teacherDuration: TeacherDuration { configuration.training.teacher ?? .untilCaughtUp }

  /// For how long it teaches at the most.
  private var teachingEpochs: Int { configuration.training.maxEpochs(of: teacherDuration) }

  var teachingStatus: TeachingStatus? {
    learning.teaching.map {
      TeachingStatus(
        widths: $0.teacher.widths, lastStep: $0.terms.lastStep, reference: $0.terms.reference)
    }
  }
}

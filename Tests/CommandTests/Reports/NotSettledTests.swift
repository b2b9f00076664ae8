import Experiment
import Testing
import Training
import awn_tui

/// Why a run's widths are not settled, and what to do about it.
@Suite struct NotSettledTests {
  private func reason(_ obstacle: SettlingObstacle?, train: Double, heldOut: Double?) -> String {
    NotSettled.reason(obstacle, isStopped: false, trainLoss: train, heldOutLoss: heldOut)
  }

  /// More epochs would make it worse.
  @Test func aNetworkThatLearnsItsRowsByHeartIsSaidToDoSo() {
    #expect(reason(.hasLearnedNothing, train: 0.2, heldOut: 0.7).contains("fewer epochs, or more rows"))
    #expect(reason(.hasLearnedNothing, train: 1.56, heldOut: 6.63).contains("fewer epochs"))
    #expect(reason(.hasLearnedNothing, train: 0.69, heldOut: 0.7).contains("or more epochs"))
    #expect(reason(.hasLearnedNothing, train: 0.01, heldOut: 0.02).contains("or more epochs"))
    #expect(reason(.hasLearnedNothing, train: 0.2, heldOut: nil).contains("or more epochs"))
    #expect(reason(.isStillLearning, train: 0.2, heldOut: 0.7).contains("give more epochs"))
  }

  @Test func aLossOutOfBoundsAsksForASmallerLearningRate() {
    for heldOut in [nil, 3e3, 3e9] {
      let text = reason(.hasLearnedNothing, train: 3e4, heldOut: heldOut)
      #expect(text.contains("try a smaller learning rate") && !text.contains("more epochs"), "\(text)")
    }
  }

  /// What is asked for is what ended the run: more of anything else would change nothing.
  @Test(arguments: [nil, SettlingObstacle.hasLearnedNothing, .isStillLearning])
  func whatEndedTheRunIsWhatHasToBeLarger(obstacle: SettlingObstacle?) {
    for (limit, words) in [
      (Outcome.Limit.epochs, "more epochs"), (.steps, "more steps"), (.patience, "larger"),
    ] {
      let reason = NotSettled.reason(
        obstacle, isStopped: false, limit: limit, trainLoss: 0.5, heldOutLoss: 0.5)
      #expect(reason.contains(words), "\(reason)")
      #expect(limit != .steps || !reason.contains("epoch"), "\(reason)")
      #expect((limit == .patience) == reason.contains("--patience"), "\(reason)")
    }
    let stopped = NotSettled.reason(
      nil, isStopped: true, isChanged: true, trainLoss: 0.5, heldOutLoss: 0.5)
    #expect(stopped.contains("changed after it was measured"))
  }
}

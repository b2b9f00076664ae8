import Experiment
import Testing
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
}

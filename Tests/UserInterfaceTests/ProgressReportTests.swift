import Experiment
import Testing
import UserInterface

/// What a headless run says of its progress.
@Suite struct ProgressReportTests {
  private func fraction(epoch: Double, step: Int, limit: Int? = nil) -> Double {
    var snapshot = Snapshot()
    (snapshot.epoch, snapshot.epochs, snapshot.step, snapshot.stepLimit) = (epoch, 30, step, limit)
    return ProgressReport.fraction(snapshot)
  }

  @Test func theFractionGoesToTheLastEpochOrStep() {
    #expect(fraction(epoch: 15, step: 1_500) == 0.5)
    #expect(fraction(epoch: 1, step: 100, limit: 400) == 0.25)
    #expect(fraction(epoch: 15, step: 1_500, limit: 6_000) == 0.5)
    #expect(fraction(epoch: 31, step: 3_100) == 1)
  }

  @Test func aLossOutOfBoundsIsReadable() {
    #expect(ProgressReport.loss(0.123456) == "0.12346" && ProgressReport.loss(999_999) == "999999.00000")
    #expect(ProgressReport.loss(3.8e14) == "3.8e+14")
    // As on the bar.
    #expect(ProgressReport.loss(0.123456, decimals: 4) == "0.1235")
    #expect(ProgressReport.loss(3.8e14, decimals: 4) == "3.8e+14")
  }

  @Test func theTimeLeftIsThatOfWhatIsNotDone() {
    #expect(ProgressReport.timeLeft(after: 65, from: 0.25, to: 0.5) == "2:10 left")
    #expect(ProgressReport.timeLeft(after: 65, from: 0.25, to: 1) == "0:00 left")
    #expect(ProgressReport.timeLeft(after: 1, from: 0.25, to: 0.25) == "")
    // Of more epochs than can be counted down.
    #expect(ProgressReport.timeLeft(after: 1, from: 0, to: 1e-20) == "")
  }
}

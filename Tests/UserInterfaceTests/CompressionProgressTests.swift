import Experiment
import Testing
import UserInterface

/// What is said of a compression that goes on.
@Suite struct CompressionProgressTests {
  private func snapshot(layer: Int = 0, target: Int, steps: Int?, step: Int) -> Snapshot {
    var snapshot = Snapshot()
    snapshot.step = step
    var status = CompressionStatus(layer: layer, from: 20, target: target, progress: 0.5)
    (status.steps, status.mostSteps) = (steps, steps.map { _ in 2_000 })
    status.accepted = [20, 31]
    snapshot.compression = status
    return snapshot
  }

  @Test func aNewWidthIsSaidAtOnceAndTheSameOneAfterAWhile() {
    var progress = CompressionProgress(firstStep: 100)
    let start = ContinuousClock.now
    func line(_ snapshot: Snapshot, after seconds: Int) -> String? {
      progress.line(snapshot, at: start + .seconds(seconds), every: .seconds(10))
    }
    let first = line(snapshot(target: 16, steps: 1_400, step: 1_500), after: 0)
    #expect(
      first
        == "compressing layer 1: 20 → 16 neurons; step 1,400 of at most 2,000; kept so far 20, 31; 1,400 steps in all"
    )
    #expect(line(snapshot(target: 16, steps: 1_500, step: 1_600), after: 9) == nil)
    #expect(line(snapshot(target: 16, steps: 1_600, step: 1_700), after: 10)?.contains("1,600 of") == true)
    #expect(line(snapshot(layer: 1, target: 16, steps: 0, step: 1_700), after: 11) != nil)
    // It settles once it is there.
    let settling = line(snapshot(layer: 1, target: 16, steps: nil, step: 1_800), after: 12)
    #expect(settling?.contains("; settling; ") == true)
    #expect(line(snapshot(layer: 1, target: 16, steps: nil, step: 1_900), after: 13) == nil)
    #expect(line(Snapshot(), after: 99) == nil)
  }
}

import Dashboard
import Testing

/// What a row of the list of runs says of its progress.
@Suite struct RunEntryTests {
  private func progress(
    _ epoch: Double?, _ step: Int?, epochs: Int? = 30, steps: Int? = nil, stepsPerEpoch: Double? = nil
  ) -> String {
    var run = RunEntry(path: "runs/a", condition: .interrupted, epoch: epoch, epochs: epochs)
    (run.step, run.steps, run.stepsPerEpoch) = (step, steps, stepsPerEpoch)
    return run.progressText
  }

  @Test func epochsAreCounted() {
    #expect(progress(nil, nil) == "0/30" && progress(12.5, 1_250) == "12/30")
    #expect(progress(31, 3_100) == "31" && progress(1.5, 150, epochs: nil) == "1")
  }

  @Test func stepsAreCountedWhereTheirLimitComesFirst() {
    #expect(progress(nil, nil, steps: 20) == "0/20 steps")
    #expect(progress(0.1, 10, steps: 20) == "10/20 steps")
    #expect(progress(12, 1_200, steps: 2_000) == "1,200/2,000 steps")
    #expect(progress(12, 1_200, steps: 4_000) == "12/30", "30 epochs are 3,000 steps")
    #expect(progress(25, 2_500, steps: 2_000) == "25/30", "it was resumed for more")
  }
  /// Nothing is evaluated yet.
  @Test func theUnitIsTheSameFromTheFirstStepOn() {
    for step in [nil, 0, 100] {
      let epoch = step.map { Double($0) / 100 }
      let ofEpochs = progress(epoch, step, steps: 200_000, stepsPerEpoch: 100)
      #expect(ofEpochs == "\((step ?? 0) / 100)/30")
      #expect(progress(epoch, step, steps: 700, stepsPerEpoch: 100) == "\(step ?? 0)/700 steps")
    }
  }
}

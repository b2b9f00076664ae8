import Experiment
import Testing

/// Which evaluations of a run's file are of the network that it ended with, or came before it.
@Suite struct EvaluationsInForceTests {
  private func evaluations(_ steps: [Int], _ losses: [Double]) -> [Evaluation] {
    zip(steps, losses).map { step, loss in
      Evaluation(
        step: step, epoch: Double(step), seconds: 0, trainLoss: loss, validation: Metrics(loss: loss),
        rates: [],
        widths: [5], parameters: nil)
    }
  }

  private func stepsInForce(_ steps: [Int], _ losses: [Double]) -> [Int] {
    evaluations(steps, losses).inForce.map(\.step)
  }

  @Test func anUndoTakesBackWhatCameAfter() {
    #expect(stepsInForce([1, 2, 3, 4, 2], [9, 8, 7, 6, 8]) == [1, 2])
    // It was trained on without the edit.
    #expect(stepsInForce([1, 2, 3, 4, 2, 3, 4], [9, 8, 7, 6, 8, 7.5, 6.5]) == [1, 2, 3, 4])
  }

  @Test func aRedoBringsItAgain() {
    #expect(stepsInForce([1, 2, 3, 4, 2, 4], [9, 8, 7, 6, 8, 6]) == [1, 2, 3, 4])
    // Two undos and two redos.
    #expect(
      stepsInForce([1, 2, 3, 4, 5, 6, 4, 2, 4, 6], [9, 8, 7, 6, 5, 4, 6, 8, 6, 4]) == [1, 2, 3, 4, 5, 6])
    #expect(stepsInForce([1, 2, 3, 4, 5, 6, 4, 2, 4], [9, 8, 7, 6, 5, 4, 6, 8, 6]) == [1, 2, 3, 4])
  }

  /// It was trained on after the undo: less far than before, as far, or further.
  @Test(arguments: [[], [3], [3, 4], [3, 4, 5, 6]]) func whatCameAfterTheUndoGoesWithTheRedo(steps: [Int]) {
    let losses = steps.map { Double($0) + 0.5 }
    let found = evaluations([1, 2, 3, 4, 2] + steps + [4, 5], [9, 8, 7, 6, 8] + losses + [6, 5]).inForce
    #expect(found.map(\.step) == [1, 2, 3, 4, 5] && found.map(\.validation.loss) == [9, 8, 7, 6, 5])
  }

  @Test func anUndoAfterARedoLeadsBackToWhatWasTrainedBefore() {
    let losses = [9, 8, 7, 6, 8, 7.5, 6, 7.5]
    let found = evaluations([1, 2, 3, 4, 2, 3, 4, 3], losses).inForce
    #expect(found.map(\.step) == [1, 2, 3] && found.map(\.validation.loss) == [9, 8, 7.5])
  }

  /// After the redo of one of two undos, the stretch of the other can still be brought again.
  @Test func whatIsLaterIsNoRedoOfAnotherNetwork() {
    #expect(stepsInForce([1, 2, 3, 4, 2, 4], [9, 8, 7, 6, 8, 5]) == [1, 2, 4])
  }
}

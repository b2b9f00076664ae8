import AdaptiveWidth
import Datasets
import Learning
import Testing

@Suite struct BackgroundTests {
  /// The value that most features of a table have reaches the layers with every minibatch, and with held-out rows.
  @Test func batchesHaveTheBackgroundOfTheirTable() {
    var table = Examples(rows: 2, columns: 3, features: [1, 7, 7, 7, 7, 2], targets: .classes([0, 1]))
    table.background = 7
    #expect(BatchSource(table).batch.background == 7)
    #expect(EvaluationRows(table, targetScaling: nil).batches.map(\.background) == [7])
  }
}

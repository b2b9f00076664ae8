import Experiment
import Foundation
import Testing

@Suite struct HeldOutPredictionsTests {
  private static let matrix = ConfusionMatrix(
    names: ["a", "b", "c"], counts: [[8, 2, 0], [1, 2, 1], [0, 0, 0]])

  @Test func fractionsAreOfRowsAndColumns() {
    let matrix = Self.matrix
    #expect(matrix.rows == 14 && matrix.rows(of: 1) == 4 && matrix.isWellFormed)
    #expect(matrix.accuracy == 10.0 / 14)
    let recalls: [Double?] = [0.8, 0.5, nil]
    #expect((0..<3).map { matrix.recall(of: $0) } == recalls)
    let precisions: [Double?] = [8.0 / 9, 0.5, 0]
    #expect((0..<3).map { matrix.precision(of: $0) } == precisions)
    #expect(ConfusionMatrix(names: [], counts: []).accuracy == nil)
    #expect(!ConfusionMatrix(names: ["a", "b"], counts: [[1, 2], [3]]).isWellFormed)
    #expect(!ConfusionMatrix(names: ["a"], counts: [[.max]]).isWellFormed)
    #expect(!ConfusionMatrix(names: ["a"], counts: [[-1]]).isWellFormed)
  }

  /// The most frequent first; of equally many rows, those that are a greater part of their class.
  @Test func confusionsAreInOrder() {
    let pairs = Self.matrix.confusions
    #expect(pairs.map { [$0.actual, $0.predicted, $0.rows] } == [[0, 1, 2], [1, 0, 1], [1, 2, 1]])
    #expect(pairs.map(\.fraction) == [0.2, 0.25, 0.25])
  }

  @Test func errorsAreOfAllValuesAndSomeAreKept() throws {
    let all = (0..<100).map { row -> PredictedValue in
      let error: Float = row % 2 == 0 ? 3 : -3
      return PredictedValue(actual: Float(row), predicted: Float(row) + error)
    }
    let parity = ParityValues(target: "y", of: all, limit: 40)
    #expect(parity.values.count == 34 && parity.values[1].actual == 3)
    #expect(abs(parity.rmse - 3) < 1e-6)
    // The variance of 0 … 99 is (100² − 1) / 12.
    let expected: Double = 1 - 9 / (9_999.0 / 12)
    let r2 = try #require(parity.r2)
    #expect(abs(r2 - expected) < 1e-9)
    #expect(ParityValues(target: "y", of: all).values.count == 100)
    #expect(ParityValues(target: "y", of: []).r2 == nil)
  }

  @Test func theNewestPredictionsTakeThePlaceOfOlderOnes() throws {
    func inspection(_ step: Int, hasPredictions: Bool) -> Inspection {
      var inspection = Inspection(step: step, curves: [], contributions: [], input: .classes([]))
      if hasPredictions {
        inspection.predictions = HeldOutPredictions(step: step, rows: 14, allRows: 20, .classes(Self.matrix))
      }
      return inspection
    }
    var shown = inspection(3, hasPredictions: true)
    #expect(shown.parts == [.input, .predictions])
    shown.merge(inspection(5, hasPredictions: false))
    #expect(shown.step(of: .predictions) == 3 && shown.step(of: .input) == 5)
    shown.merge(inspection(7, hasPredictions: true))
    #expect(shown.step(of: .predictions) == 7)
    let data = try JSONEncoder().encode(shown)
    #expect(try JSONDecoder().decode(Inspection.self, from: data) == shown)
  }
}

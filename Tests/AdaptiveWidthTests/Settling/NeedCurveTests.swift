import AdaptiveWidth
import Experiment
import Foundation
import Testing

/// Widths read off curves of loss.
struct NeedCurveTests {
  /// 20 blocks of 10 rows, all with the same losses.
  private func curve(_ loss: (Int) -> Double, widths: [Int] = Array(1...100)) -> NeedCurve {
    NeedCurve(
      widths: widths, sums: widths.map { width in [Double](repeating: 10 * loss(width), count: 20) },
      rows: [Double](repeating: 10, count: 20))
  }

  private func need(_ curve: NeedCurve, price: Double = 0.01) -> WidthNeed {
    curve.need(costs: curve.widths.map { price * log(Double($0)) }, price: price)
  }

  @Test func aFlatCurveNeedsOneNeuron() {
    let found = need(curve { _ in 0.3 })
    #expect(found.width == 1 && found.worth == 0)
  }

  @Test func aCliffIsWhereItIs() {
    let found = need(curve { $0 < 37 ? 2 : 0.1 })
    #expect(found.width == 37)
    #expect(found.interval.contains(37) && found.interval.lowerBound >= 20)
  }

  @Test func aHigherPriceNarrows() {
    // loss + τ ln K is least at K = 1/τ.
    let slope = curve { 1 / Double($0) }
    #expect(need(slope, price: 0.02).width == 50)
    #expect(need(slope, price: 0.05).width == 20)
    #expect(need(slope, price: 0.1).width == 10)
  }

  @Test func aFlatterCurveIsLessSure() {
    let (cliff, slope) = (need(curve { $0 < 30 ? 2 : 0.1 }), need(curve { 0.3 / Double($0) }))
    #expect(cliff.width == 30 && slope.width == 30)
    #expect(slope.logDeviation > cliff.logDeviation)
  }

  /// Other rows would give another width.
  @Test func rowsThatDisagreeAreLessSure() {
    func measured(slopes: [Double]) -> WidthNeed {
      let widths = Array(1...100)
      let sums = widths.map { width in slopes.map { $0 / Double(width) } }
      return self.need(NeedCurve(widths: widths, sums: sums, rows: slopes.map { _ in 1 }))
    }
    let agreeing = measured(slopes: [Double](repeating: 0.25, count: 20))
    let disagreeing = measured(slopes: (0..<20).map { $0 % 2 == 0 ? 0.1 : 0.4 })
    #expect(agreeing.width == 25 && abs(disagreeing.logMean - agreeing.logMean) < 0.1)
    #expect(disagreeing.logDeviation > 1.05 * agreeing.logDeviation)
  }

  @Test func blocksThatDisagreeAreAveragedInProportion() {
    // Half of the blocks need 8 neurons, half 32: together 32, for the loss of not having them is large.
    let widths = Array(1...64)
    let sums = widths.map { width in (0..<40).map { ($0 % 2 == 0 ? width < 8 : width < 32) ? 5.0 : 0 } }
    let found = need(NeedCurve(widths: widths, sums: sums, rows: [Double](repeating: 1, count: 40)))
    #expect(found.width == 32)
  }

  /// Few rows in which one block of the four decides between two widths far apart.
  @Test(arguments: [0.004, 0.01, 0.02]) func theIntervalHasTheWidthInIt(_ price: Double) {
    let widths = Array(1...90)
    let sums = widths.map { width in
      (0..<4).map { block in width < 20 ? 5 : width < 82 && block == 0 ? 0.12 : 0.0 }
    }
    let found = need(
      NeedCurve(widths: widths, sums: sums, rows: [Double](repeating: 1, count: 4)), price: price)
    #expect(found.width > 20 && found.width < 82)
    #expect(found.interval.contains(found.width), "\(found)")
  }

  @Test func theWorthOfTheRestIsWhatItsLossIs() {
    let found = need(curve { $0 < 20 ? 1 : 0.2 - 0.0001 * Double($0 - 20) })
    #expect(found.width == 20)
    #expect(abs(found.worth - 0.008) < 1e-9)
  }
}

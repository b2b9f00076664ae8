import Experiment
import Testing

struct WidthNeedTests {
  /// A width that was rounded up lies in its interval, which is rounded with it.
  @Test(arguments: [(nil, 7...12), (8, 7...16), (Int.max, 7...ImportanceFamily.largestWidth)])
  func theIntervalIsRoundedWithTheWidth(multiple: Int?, expected: ClosedRange<Int>) {
    var need = WidthNeed(width: 9, logMean: 2.2, logDeviation: 0.15, worth: 0)
    need.roundedTo = multiple
    #expect(need.interval == expected, "\(need.interval)")
  }
}

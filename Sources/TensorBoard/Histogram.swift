/// How numbers are distributed: their counts in intervals that follow one another.
public struct Histogram: Equatable, Sendable {
  /// The left end of the first interval and the right end of the last: the smallest and the largest number.
  public private(set) var range: ClosedRange<Double>
  /// The right end of each interval, ascending.
  public private(set) var limits: [Double]
  /// The number of values in each interval.
  public private(set) var counts: [Double]
  public private(set) var sum: Double
  public private(set) var sumOfSquares: Double

  /// Counts values in intervals of equal length from the smallest to the largest; a single one if all are the same.
  /// Values that are not finite are left out.
  ///
  /// - Returns: `nil` if no value is finite.
  public init?(of values: some Sequence<Float>, intervals: Int = 30) {
    precondition(intervals > 0, "a histogram has intervals")
    let values = values.filter(\.isFinite).map { Double($0) }
    guard let smallest = values.min(), let largest = values.max() else { return nil }
    range = smallest...largest
    let count = smallest < largest ? intervals : 1
    let length = (largest - smallest) / Double(count)
    limits = (1..<count).map { smallest + Double($0) * length } + [largest]
    counts = [Double](repeating: 0, count: count)
    (sum, sumOfSquares) = (0, 0)
    for value in values {
      let index = length > 0 ? Int((value - smallest) / length) : 0
      counts[min(index, count - 1)] += 1
      sum += value
      sumOfSquares += value * value
    }
  }
}

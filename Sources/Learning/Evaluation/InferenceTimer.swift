import AdaptiveWidth
import Datasets
import Experiment
import LinearAlgebra

/// Measures how long cut networks take for one observation and for a batch, on the thread that calls it.
public struct InferenceTimer: Sendable {
  /// One forward pass.
  public typealias Measurer = @Sendable (Network, Batch, inout Workspace) -> Duration

  private let single: Batch
  private let batch: Batch
  private let measure: Measurer

  /// Passes whose median counts, unless they take too long.
  private static let passes = 5
  /// No further pass of the same network and batch begins after this, and one that takes so long is no warm-up.
  private static let longPass = Duration.milliseconds(100)
  /// No further network of a price list that is measured beside training is begun after this.
  public static let maxTime = Duration.seconds(2)

  /// - Parameters:
  ///   - examples: that are inferred; of fewer than a batch some are repeated.
  ///   - measure: runs and times one pass.
  /// - Returns: `nil` without examples.
  public init?(_ examples: Examples, measuringBy measure: @escaping Measurer = Self.byTheClock) {
    guard examples.rows > 0 else { return nil }
    var source = BatchSource(examples)
    func batch(_ count: Int) -> Batch {
      source.fill((0..<count).map { Int32($0 % examples.rows) }, 0..<count)
      return source.batch
    }
    single = batch(1)
    self.batch = batch(InferenceTimes.batchSize)
    self.measure = measure
  }

  /// The time on the wall.
  public static let byTheClock: Measurer = { network, batch, workspace in
    let mode = FloatingPointMode.flushSubnormals()
    defer { mode.restore() }
    let clock = ContinuousClock()
    let begin = clock.now
    network.forward(batch, &workspace)
    return clock.now - begin
  }

  /// The times of a network cut to each of some widths; `nil` for those that were not measured: because the task was
  /// canceled, or because all before them took so long that nothing more may be begun. These are spread over the list.
  ///
  /// - Parameter limit: `nil`: all are measured.
  public func times(
    of cuts: [[Int]], in network: Network, within limit: Duration? = maxTime, _ workspace: inout Workspace
  ) -> [InferenceTimes?] {
    var times = [InferenceTimes?](repeating: nil, count: cuts.count)
    var spent = Duration.zero
    for index in Self.spread(cuts.count) where !Task.isCancelled && limit.map({ spent < $0 }) ?? true {
      // How a cut is made changes its weights, and not its time.
      let cut = network.truncated(to: cuts[index], policy: .hold)
      guard let single = median(cut, single, &spent, &workspace),
        let batch = median(cut, batch, &spent, &workspace)
      else { break }
      times[index] = InferenceTimes(single: single, batch: batch)
    }
    return times
  }

  /// In milliseconds; `nil`: the task was canceled.
  private func median(
    _ network: Network, _ batch: Batch, _ spent: inout Duration, _ workspace: inout Workspace
  ) -> Double? {
    var passes: [Duration] = []
    var total = Duration.zero
    // The first pass of a short one pays for cold caches and new memory.
    var isWarm = false
    while passes.count < Self.passes && (passes.isEmpty || total < Self.longPass) {
      if Task.isCancelled { return nil }
      let time = measure(network, batch, &workspace)
      total += time
      if isWarm || time >= Self.longPass { passes.append(time) }
      isWarm = true
    }
    spent += total
    return passes.sorted()[passes.count / 2] / .milliseconds(1)
  }

  /// All positions from 0 on, every 2ⁿ-th before those between them.
  private static func spread(_ count: Int) -> [Int] {
    var step = 1
    while step < count { step *= 2 }
    var order = count > 0 ? [0] : []
    while step > 1 {
      order += stride(from: step / 2, to: count, by: step)
      step /= 2
    }
    return order
  }
}

import Glibc
import LinearAlgebra

/// How sure a network is of its classes, beside how sure it should be.
public struct Calibration: Equatable, Sendable {
  /// The divisor of the logits at which the loss is least; it is above 1 if the network is overconfident.
  public var temperature: Double
  /// Mean negative log-likelihood at that temperature, in nats.
  public var loss: Double
  /// Nats that the temperature brings, beside logits as they are.
  public var gain: Double

  public init(temperature: Double, loss: Double, gain: Double) {
    (self.temperature, self.loss, self.gain) = (temperature, loss, gain)
  }

  /// The temperature of least loss. Because loss is convex in the inverse of the temperature, a golden-section search on a
  /// logarithmic scale, up to the highest temperature, finds it.
  ///
  /// - Parameters:
  ///   - rows: with labels, that the network does not learn from. A part of many is used.
  ///   - lowest: temperature that is searched.
  /// - Complexity: a forward pass over the rows, and about twenty times their logits.
  public init(
    of network: Network, _ rows: EvaluationRows, from lowest: Double = 0.1, _ workspace: inout Workspace
  ) {
    let few = rows.sample(max(Self.leastRows, Self.logits / network.outputs))
    let sample = LogitSample(network, few, &workspace)
    let ratio = (5.0.squareRoot() - 1) / 2
    var (low, high) = (log(lowest), log(Self.highest))
    var (first, second) = (high - ratio * (high - low), low + ratio * (high - low))
    var (atFirst, atSecond) = (sample.loss(first), sample.loss(second))
    while high - low > Self.precision {
      if atFirst < atSecond {
        (high, second, atSecond) = (second, first, atFirst)
        first = high - ratio * (high - low)
        atFirst = sample.loss(first)
      } else {
        (low, first, atFirst) = (first, second, atSecond)
        second = low + ratio * (high - low)
        atSecond = sample.loss(second)
      }
    }
    let (best, atOne) = ((low + high) / 2, sample.loss(0))
    let atBest = sample.loss(best)
    self.init(
      temperature: atBest < atOne ? exp(best) : 1, loss: min(atBest, atOne), gain: max(0, atOne - atBest))
  }

  /// The number of logits that a temperature is fitted to.
  private static let logits = 20_000
  /// The fewest rows that it is fitted to, however many classes there are: one number needs no more.
  private static let leastRows = 256
  /// Logits divided by more say next to nothing.
  private static let highest = 100.0
  /// How closely the logarithm of the temperature is found: loss is flat around its least value.
  private static let precision = 0.05
}

/// Logits of rows and their classes.
private struct LogitSample {
  private var logits: [Float] = []
  private var labels: [Int32] = []
  private let classes: Int

  init(_ network: Network, _ rows: EvaluationRows, _ workspace: inout Workspace) {
    classes = network.outputs
    for batch in rows.batches where !Task.isCancelled {
      network.forward(batch, &workspace)
      logits += workspace.output.elements
      labels += batch.labels
    }
  }

  /// Mean negative log-likelihood at the temperature e^`logarithm`.
  func loss(_ logarithm: Double) -> Double {
    let factor = Float(Glibc.exp(-logarithm))
    var sum = 0.0
    logits.withUnsafeBufferPointer { logits in
      for (row, label) in labels.enumerated() {
        let z = UnsafeBufferPointer(rebasing: logits[row * classes..<(row + 1) * classes])
        let most = z.max() ?? 0
        let total = z.reduce(Float(0)) { $0 + Glibc.exp(factor * ($1 - most)) }
        sum += Double(Glibc.log(total) - factor * (z[Int(label)] - most))
      }
    }
    return sum / Double(max(1, labels.count))
  }
}

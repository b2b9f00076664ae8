/// The mean loss of the last so many steps as an epoch has, in bounded memory: sums of at most 64 stretches of an
/// epoch, of which each takes the place of the same stretch of the epoch before. O(1) a step, without allocations.
package struct RecentLoss: Sendable {
  private struct Stretch {
    var loss = 0.0
    var predictions = 0
  }

  private static let maxStretches = 64
  private var stretches: [Stretch] = []

  package init() {}

  /// - Parameters:
  ///   - step: after which the loss is known, from 1 on.
  ///   - batches: of an epoch.
  ///   - totals: before this step, for a run that is resumed: what was before counts as its mean.
  package mutating func append(
    loss: Double, predictions: Int, at step: Int, of batches: Int, after totals: History.Totals
  ) {
    let batches = max(1, batches)
    let length = (batches + Self.maxStretches - 1) / Self.maxStretches
    let count = (batches + length - 1) / length
    let place = (step - 1) % batches
    let current = place / length
    if stretches.count != count {
      stretches = (0..<count).map { stretch in
        let mean = stretch < current ? totals.presentEpochLoss : totals.lastEpochLoss
        let rows = predictions * length
        return mean.isNaN ? Stretch() : Stretch(loss: mean * Double(rows), predictions: rows)
      }
    }
    if place % length == 0 { stretches[current] = Stretch() }
    stretches[current].loss += loss * Double(predictions)
    stretches[current].predictions += predictions
  }

  /// `nil` before the first step.
  package var mean: Double? {
    var sum = Stretch()
    for stretch in stretches {
      sum.loss += stretch.loss
      sum.predictions += stretch.predictions
    }
    return sum.predictions > 0 ? sum.loss / Double(sum.predictions) : nil
  }
}

extension History.Totals {
  fileprivate var presentEpochLoss: Double { epochRows > 0 ? epochLoss / Double(epochRows) : .nan }
}

import AdaptiveWidth
import LinearAlgebra

/// What the threads need of an update.
struct UpdateWork {
  let optimizer: Optimizer
  let decay: Double
  let threads: Int
  let updates: UnsafeBufferPointer<MatrixUpdate>
  let parts: UnsafeBufferPointer<UnsafeMutablePointer<Float>>
  /// Whether every thread has a part of the gradient, which is to be added to the first's.
  let hasParts: Bool
  /// Σ g² over each thread's rows of the gradient.
  let squares: UnsafeMutableBufferPointer<Double>
  /// Set once the threads' gradients are one, with what it is multiplied by.
  var factor: Float?

  func work(_ thread: Int) {
    for index in updates.indices {
      let rows = (0..<updates[index].rows).share(thread, of: threads)
      if factor == nil && hasParts { sumParts(of: index, rows) }
      if let factor, factor < 1 { updates[index].scaleGradient(by: factor, rows: rows) }
      optimizer.apply(updates[index], decay: decay, rows: rows)
    }
  }

  /// Makes the threads' gradients one, and measures it.
  func measure(_ thread: Int) {
    squares[thread] = 0
    for index in updates.indices {
      let rows = (0..<updates[index].rows).share(thread, of: threads)
      if hasParts { sumParts(of: index, rows) }
      squares[thread] += updates[index].sumOfSquares(rows: rows)
    }
  }

  private func sumParts(of index: Int, _ rows: Range<Int>) {
    let stride = updates[index].gradientStride
    func start(_ thread: Int) -> UnsafeMutablePointer<Float> {
      parts[index * threads + thread] + rows.lowerBound * stride
    }
    // Always in the same order, so that the sum always has the same bits.
    for thread in 1..<threads { Matrix.add(start(thread), to: start(0), count: rows.count * stride) }
  }
}

import AdaptiveWidth
import Datasets
import Experiment
import Foundation
import LinearAlgebra

/// Does the arithmetic of minibatches, on one thread or several.
///
/// Each thread takes its share of the rows, forward and backward, in buffers of its own; then each adds up its share of
/// the gradient's parts and updates the parameters it belongs to. Nothing is allocated once the buffers have their
/// sizes, and the same number of threads always gives the same bits.
package struct Workers {
  package let threads: Int
  private let team: ThreadTeam
  private let sum: any GradientSum
  private let objective: Objective
  private var sources: [BatchSource]
  /// One a thread, with the activations and gradients of the last minibatch.
  package private(set) var workspaces: [Workspace]
  /// One a thread, with the teacher's activations; empty until there is a teacher.
  private var teacherWorkspaces: [Workspace] = []
  private var losses: [Double]
  /// The largest norm of the gradient of all matrices and raw rates; `nil`: any.
  private let gradientClip: Double?
  /// One a parameter matrix, with the gradients of the first thread.
  private var updates: [MatrixUpdate] = []
  /// For each of `updates`, the start of every thread's gradient; empty where there is but one.
  private var parts: [UnsafeMutablePointer<Float>] = []

  package init(
    dataset: Dataset, objective: Objective, threads: Int, gradientClip: Double? = nil,
    sum: any GradientSum = SharedMemorySum()
  ) {
    precondition(threads >= 1)
    self.threads = threads
    self.sum = sum
    self.objective = objective
    team = ThreadTeam(count: threads)
    sources = (0..<threads).map { _ in BatchSource(dataset.training) }
    workspaces = Array(repeating: Workspace(), count: threads)
    losses = Array(repeating: 0, count: threads)
    self.gradientClip = gradientClip
  }

  // MARK: Gradients

  /// What the threads need of a minibatch.
  private struct Minibatch {
    let network: Network
    let order: [Int32]
    let rows: Range<Int>
    let epoch: Int
    /// That the loss is the mean over.
    let predictions: Int
    let labelSmoothing: Double
    let threads: Int
    let teaching: Teaching?
    let sources: UnsafeMutablePointer<BatchSource>
    let workspaces: UnsafeMutablePointer<Workspace>
    /// `nil` without a teacher.
    let teacherWorkspaces: UnsafeMutablePointer<Workspace>?
    let losses: UnsafeMutablePointer<Double>

    func work(_ thread: Int) {
      let share = rows.share(thread, of: threads)
      sources[thread].fill(order, share, epoch: epoch)
      losses[thread] = network.lossAndGradients(
        sources[thread].batch, ofRows: predictions, labelSmoothing: labelSmoothing, lesson: lesson(thread),
        &workspaces[thread])
    }

    /// The teacher's answers to the very rows that the network learns from, augmented as they are.
    private func lesson(_ thread: Int) -> Lesson? {
      guard let teaching, let teacherWorkspaces else { return nil }
      teaching.teacher.forward(sources[thread].batch, &teacherWorkspaces[thread])
      return Lesson(
        outputs: teacherWorkspaces[thread].output, weight: teaching.terms.weight,
        temperature: teaching.terms.temperature)
    }
  }

  /// Computes the gradient of a minibatch, for `update`.
  ///
  /// - Parameters:
  ///   - rows: of the minibatch, a range of `order`.
  ///   - epoch: that it belongs to.
  ///   - teaching: the network that answers the same rows, which the gradients then follow too.
  /// - Returns: the NLL, mean over the minibatch.
  package mutating func gradients(
    of network: Network, _ order: [Int32], _ rows: Range<Int>, epoch: Int = 0, teaching: Teaching? = nil
  ) -> Double {
    let mode = FloatingPointMode.flushSubnormals()
    defer { mode.restore() }
    let (threads, team, objective) = (threads, team, objective)
    let predictions = sources[0].predictions(order, rows)
    if teaching != nil && teacherWorkspaces.isEmpty {
      teacherWorkspaces = Array(repeating: Workspace(), count: threads)
    }
    sources.withUnsafeMutableBufferPointer { sources in
      workspaces.withUnsafeMutableBufferPointer { workspaces in
        teacherWorkspaces.withUnsafeMutableBufferPointer { teacherWorkspaces in
          losses.withUnsafeMutableBufferPointer { losses in
            var minibatch = Minibatch(
              network: network, order: order, rows: rows, epoch: epoch, predictions: predictions,
              labelSmoothing: objective.labelSmoothing, threads: threads, teaching: teaching,
              sources: sources.baseAddress!, workspaces: workspaces.baseAddress!,
              teacherWorkspaces: teaching == nil ? nil : teacherWorkspaces.baseAddress,
              losses: losses.baseAddress!)
            team.run(&minibatch) { context, thread in
              context.assumingMemoryBound(to: Minibatch.self).pointee.work(thread)
            }
          }
        }
      }
    }
    return losses.reduce(0, +)
  }

  /// What the loss of a minibatch is the mean over.
  package func predictions(_ order: [Int32], _ rows: Range<Int>) -> Int {
    sources[0].predictions(order, rows)
  }

  // MARK: Update

  /// What the threads need of an update.
  private struct Update {
    let optimizer: Optimizer
    let decay: Double
    let threads: Int
    let sum: any GradientSum
    let updates: UnsafeBufferPointer<MatrixUpdate>
    let parts: UnsafeBufferPointer<UnsafeMutablePointer<Float>>
    /// Of each thread's share of the gradient, Σ g².
    let squares: UnsafeMutableBufferPointer<Double>
    /// Set once the threads' gradients are one, with what it is multiplied by.
    var factor: Float?

    func work(_ thread: Int) {
      for index in updates.indices {
        let rows = (0..<updates[index].rows).share(thread, of: threads)
        if factor == nil && threads > 1 { sumParts(of: index, rows) }
        if let factor, factor < 1 { updates[index].scaleGradient(by: factor, rows: rows) }
        optimizer.apply(updates[index], decay: decay, rows: rows)
      }
    }

    /// Makes the threads' gradients one, and measures it.
    func measure(_ thread: Int) {
      squares[thread] = 0
      for index in updates.indices {
        let rows = (0..<updates[index].rows).share(thread, of: threads)
        if threads > 1 { sumParts(of: index, rows) }
        squares[thread] += updates[index].sumOfSquares(rows: rows)
      }
    }

    private func sumParts(of index: Int, _ rows: Range<Int>) {
      let stride = updates[index].gradientStride
      withUnsafeTemporaryAllocation(of: UnsafeMutablePointer<Float>.self, capacity: threads) { starts in
        for thread in 0..<threads {
          starts.initializeElement(at: thread, to: parts[index * threads + thread] + rows.lowerBound * stride)
        }
        sum.sum(UnsafeBufferPointer(starts), count: rows.count * stride)
      }
    }
  }

  /// Updates parameters and rates from the gradients computed last.
  package mutating func update(_ network: inout Network, by optimizer: Optimizer) {
    let mode = FloatingPointMode.flushSubnormals()
    defer { mode.restore() }
    network.collectUpdates(workspaces[0], into: &updates)
    if threads > 1 { collectParts() }
    sumImportanceGradients(network)
    let ratesSquares = gradientClip == nil ? 0 : network.sumOfSquaredRateGradients(workspaces[0])
    let factor = updateParameters(by: optimizer, ratesSquares: ratesSquares)
    network.updateRates(by: optimizer, workspaces[0], objective: objective, factor: Double(factor))
    // Each thread normalized by the moments of its own rows; running statistics are those of all rows.
    for thread in 1..<max(threads, 1) {
      network.combineMoments(of: workspaces[thread], into: &workspaces[0])
    }
    network.learnStatistics(from: workspaces[0])
  }

  /// - Parameter ratesSquares: Σ g² of the raw rates, part of the gradient that is clipped.
  /// - Returns: what clipping multiplied the gradient by; at most 1.
  private mutating func updateParameters(by optimizer: Optimizer, ratesSquares: Double) -> Float {
    let (threads, team, clip) = (threads, team, gradientClip)
    return withUnsafeTemporaryAllocation(of: Double.self, capacity: threads) { squares in
      updates.withUnsafeBufferPointer { updates in
        parts.withUnsafeBufferPointer { parts in
          var update = Update(
            optimizer: optimizer, decay: objective.decay, threads: threads, sum: sum, updates: updates,
            parts: parts, squares: squares)
          if let clip {
            team.run(&update) { context, thread in
              context.assumingMemoryBound(to: Update.self).pointee.measure(thread)
            }
            let norm = squares.reduce(ratesSquares, +).squareRoot()
            update.factor = norm > clip ? Float(clip / norm) : 1
          }
          team.run(&update) { context, thread in
            context.assumingMemoryBound(to: Update.self).pointee.work(thread)
          }
          return update.factor ?? 1
        }
      }
    }
  }

  private mutating func collectParts() {
    parts.removeAll(keepingCapacity: true)
    for block in workspaces[0].buffers.indices {
      for number in workspaces[0].buffers[block].gradients.indices {
        for thread in workspaces.indices {
          parts.append(workspaces[thread].buffers[block].gradients[number].mutableBase)
        }
      }
    }
  }

  /// One row a layer: not worth dividing.
  private mutating func sumImportanceGradients(_ network: Network) {
    guard threads > 1 else { return }
    for layer in network.adaptiveLayers.indices {
      let width = network.adaptation(layer).width
      for block in network.adaptiveLayers[layer].writers { sumImportanceGradients(block, width: width) }
    }
  }

  private mutating func sumImportanceGradients(_ block: Int, width: Int) {
    withUnsafeTemporaryAllocation(of: UnsafeMutablePointer<Float>.self, capacity: threads) { starts in
      for thread in 0..<threads {
        starts.initializeElement(
          at: thread, to: workspaces[thread].buffers[block].importanceGradient.mutableBase)
      }
      sum.sum(UnsafeBufferPointer(starts), count: width)
    }
  }
}

extension Range<Int> {
  /// One of `count` parts of nearly the same size.
  func share(_ index: Int, of count: Int) -> Range<Int> {
    lowerBound + self.count * index / count..<lowerBound + self.count * (index + 1) / count
  }
}

extension Workers {
  /// Multiply-adds of a minibatch's forward pass from which a second thread gains more than meeting it costs.
  private static let dividedFrom = 2_000_000

  /// As many threads as pay: one for small networks; as many as there are cores for large ones, at most eight.
  package static func usefulThreads(
    _ configuration: Configuration, _ dataset: Dataset,
    cores: Int = ProcessInfo.processInfo.activeProcessorCount
  ) -> Int {
    if let grain = configuration.network.kind.architecture.observationsPerThread {
      return min(max(cores, 1), 8, max(configuration.training.batchSize / grain, 1))
    }
    let shape =
      [dataset.training.columns] + configuration.network.initialWidths + [dataset.preparation.outputs]
    let multiplyAdds = zip(shape, shape.dropFirst()).reduce(0) { $0 + $1.0 * $1.1 }
    let work = multiplyAdds * min(configuration.training.batchSize, dataset.training.rows)
    return work < dividedFrom ? 1 : min(max(cores, 1), 8)
  }
}

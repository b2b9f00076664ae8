import AdaptiveWidth
import Datasets
import Experiment
import Foundation
import LinearAlgebra

/// Does the arithmetic of minibatches, on one thread or several.
///
/// Each thread takes its part of the rows, forward and backward, in buffers of its own; then each adds up its part of
/// the gradient and updates the parameters it belongs to. Where other processes train the same network, the rows are
/// divided among their threads too, and the sums are over all. Nothing is allocated once the buffers have their sizes,
/// and the same numbers of threads and processes always give the same bits.
package struct Workers {
  package let threads: Int
  private let team: ThreadTeam
  private let collective: any Collective
  private let objective: Objective
  private var sources: [BatchSource]
  /// One per thread, with the activations and gradients of the last minibatch.
  package private(set) var workspaces: [Workspace]
  /// One per thread, with the teacher's activations; empty until there is a teacher.
  private var teacherWorkspaces: [Workspace] = []
  private var losses: [Double]
  /// The largest norm of the gradient of all matrices and raw rates; `nil`: any.
  private let gradientClip: Double?
  /// One per parameter matrix, with the gradients of the first thread.
  private var updates: [MatrixUpdate] = []
  /// For each of `updates`, the start of every thread's gradient; empty where there is but one.
  private var parts: [UnsafeMutablePointer<Float>] = []
  private var rankSums = RankSums()
  /// Whether the first thread has the sums over all others already, because they were needed for those over ranks.
  private var isSummed = false

  package init(
    dataset: Dataset, objective: Objective, threads: Int, gradientClip: Double? = nil,
    collective: any Collective = OneRank()
  ) {
    precondition(threads >= 1)
    self.threads = threads
    self.collective = collective
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
    let classWeights: [Float]
    let dropout: Dropout?
    /// The first of these threads among those of all ranks, and their number.
    let firstThread: Int
    let allThreads: Int
    let teaching: Teaching?
    let sources: UnsafeMutablePointer<BatchSource>
    let workspaces: UnsafeMutablePointer<Workspace>
    /// `nil` without a teacher.
    let teacherWorkspaces: UnsafeMutablePointer<Workspace>?
    let losses: UnsafeMutablePointer<Double>

    func work(_ thread: Int) {
      let share = rows.share(firstThread + thread, of: allThreads)
      sources[thread].fill(order, share, epoch: epoch)
      var dropout = dropout
      dropout?.firstObservation = share.lowerBound - rows.lowerBound
      losses[thread] = network.lossAndGradients(
        sources[thread].batch, ofRows: predictions, labelSmoothing: labelSmoothing,
        classWeights: classWeights, dropout: dropout, lesson: lesson(thread), &workspaces[thread])
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
  ///   - dropout: of the step; `nil`: there is none.
  ///   - teaching: the network that answers the same rows, which the gradients then follow too.
  /// - Returns: the NLL, mean over the minibatch.
  package mutating func gradients(
    of network: Network, _ order: [Int32], _ rows: Range<Int>, epoch: Int = 0, dropout: Dropout? = nil,
    teaching: Teaching? = nil
  ) -> Double {
    let mode = FloatingPointMode.flushSubnormals()
    defer { mode.restore() }
    let (threads, team, objective, collective) = (threads, team, objective, collective)
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
              labelSmoothing: objective.labelSmoothing, classWeights: objective.classWeights,
              dropout: dropout, firstThread: collective.rank * threads,
              allThreads: collective.count * threads, teaching: teaching,
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
    isSummed = false
    let loss = losses.reduce(0, +)
    return collective.isAlone ? loss : sumOverRanks(network, loss)
  }

  /// Makes the gradients and moments of the first thread those of the whole minibatch.
  private mutating func sumOverRanks(_ network: Network, _ loss: Double) -> Double {
    for thread in workspaces.indices.dropFirst() {
      for block in workspaces[0].buffers.indices {
        for number in workspaces[0].buffers[block].gradients.indices {
          workspaces[0].buffers[block].gradients[number].add(
            workspaces[thread].buffers[block].gradients[number])
        }
      }
    }
    sumImportanceGradients(network)
    combineMoments(network)
    isSummed = true
    return rankSums.sum(network, &workspaces[0], loss: loss, over: collective)
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
    let updates: UnsafeBufferPointer<MatrixUpdate>
    let parts: UnsafeBufferPointer<UnsafeMutablePointer<Float>>
    /// Whether every thread has a part of the gradient, which is to be added to the first's.
    let hasParts: Bool
    /// Of each thread's rows of the gradient, Σ g².
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

  /// Updates parameters and rates from the gradients computed last.
  package mutating func update(_ network: inout Network, by optimizer: Optimizer) {
    let mode = FloatingPointMode.flushSubnormals()
    defer { mode.restore() }
    network.collectUpdates(workspaces[0], into: &updates)
    if hasParts { collectParts() }
    if !isSummed { sumImportanceGradients(network) }
    let ratesSquares = gradientClip == nil ? 0 : network.sumOfSquaredRateGradients(workspaces[0])
    let factor = updateParameters(by: optimizer, ratesSquares: ratesSquares)
    network.updateRates(by: optimizer, workspaces[0], objective: objective, factor: Double(factor))
    if !isSummed { combineMoments(network) }
    network.learnStatistics(from: workspaces[0])
  }

  private var hasParts: Bool { threads > 1 && !isSummed }

  /// Each thread normalized by the moments of its own rows; running statistics are those of all rows.
  private mutating func combineMoments(_ network: Network) {
    for thread in 1..<max(threads, 1) {
      network.combineMoments(of: workspaces[thread], into: &workspaces[0])
    }
  }

  /// - Parameter ratesSquares: Σ g² of the raw rates, part of the gradient that is clipped.
  /// - Returns: what clipping multiplied the gradient by; at most 1.
  private mutating func updateParameters(by optimizer: Optimizer, ratesSquares: Double) -> Float {
    let (threads, team, clip, hasParts) = (threads, team, gradientClip, hasParts)
    return withUnsafeTemporaryAllocation(of: Double.self, capacity: threads) { squares in
      updates.withUnsafeBufferPointer { updates in
        parts.withUnsafeBufferPointer { parts in
          var update = Update(
            optimizer: optimizer, decay: objective.decay, threads: threads, updates: updates, parts: parts,
            hasParts: hasParts, squares: squares)
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
    let sum = workspaces[0].buffers[block].importanceGradient.mutableBase
    for thread in workspaces.indices.dropFirst() {
      Matrix.add(workspaces[thread].buffers[block].importanceGradient.base, to: sum, count: width)
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

import AdaptiveWidth
import Datasets
import Experiment
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
  private var objective: Objective
  /// Those of every source. A call through `sources` would copy a whole source in every step.
  private let domainRows: any DomainRows
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
    domainRows = sources[0].rows
    workspaces = Array(repeating: Workspace(), count: threads)
    losses = Array(repeating: 0, count: threads)
    self.gradientClip = gradientClip
  }

  // MARK: Gradients

  /// Computes the gradient of a minibatch, for `update`.
  ///
  /// - Parameters:
  ///   - rows: of the minibatch, a range of `order`.
  ///   - epoch: that it belongs to.
  ///   - dropout: of the step; `nil`: there is none.
  ///   - distillation: the network that answers the same rows, which the gradients then follow too; `nil`: there is none.
  /// - Returns: the NLL, mean over the minibatch, and the number of predictions that it is the mean over.
  package mutating func gradients(
    of network: UnsafePointer<Network>, _ order: [Int32], _ rows: Range<Int>, epoch: Int = 0,
    dropout: Dropout? = nil, distillation: UnsafePointer<Distillation?>
  ) -> (loss: Double, predictions: Int) {
    let isTaught = distillation.pointee != nil
    let mode = FloatingPointMode.flushSubnormals()
    defer { mode.restore() }
    let (threads, team, objective, collective) = (threads, team, objective, collective)
    let predictions = domainRows.predictions(for: order[rows])
    if isTaught && teacherWorkspaces.isEmpty {
      teacherWorkspaces = Array(repeating: Workspace(), count: threads)
    }
    sources.withUnsafeMutableBufferPointer { sources in
      workspaces.withUnsafeMutableBufferPointer { workspaces in
        teacherWorkspaces.withUnsafeMutableBufferPointer { teacherWorkspaces in
          losses.withUnsafeMutableBufferPointer { losses in
            var minibatch = MinibatchWork(
              network: network, order: order, rows: rows, epoch: epoch, predictions: predictions,
              labelSmoothing: objective.labelSmoothing, classWeights: objective.classWeights,
              dropout: dropout, firstThread: collective.rank * threads,
              allThreads: collective.count * threads, distillation: distillation,
              sources: sources.baseAddress!, workspaces: workspaces.baseAddress!,
              teacherWorkspaces: isTaught ? teacherWorkspaces.baseAddress : nil,
              losses: losses.baseAddress!)
            withUnsafeMutablePointer(to: &minibatch) { minibatch in
              team.run(UnsafeMutableRawPointer(minibatch)) { context, thread in
                MinibatchWork.work(context.assumingMemoryBound(to: MinibatchWork.self), thread)
              }
            }
          }
        }
      }
    }
    isSummed = false
    let loss = losses.reduce(0, +)
    return (collective.isAlone ? loss : sumOverRanks(network.pointee, loss), predictions)
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

  // MARK: Update

  /// Updates parameters and rates from the gradients computed last.
  ///
  /// - Parameter noise: of the objective.
  package mutating func update(_ network: inout Network, by optimizer: Optimizer, noise: Double = 1) {
    objective.noise = noise
    let mode = FloatingPointMode.flushSubnormals()
    defer { mode.restore() }
    network.collectUpdates(workspaces[0], into: &updates)
    if hasParts {
      collectParts()
      sumImportanceGradients(network)
    }
    let ratesSquares = gradientClip == nil ? 0 : network.sumOfSquaredRateGradients(workspaces[0])
    let factor = updateParameters(by: optimizer, ratesSquares: ratesSquares)
    network.updateRates(by: optimizer, workspaces[0], objective: objective, factor: Double(factor))
    if hasParts { combineMoments(network) }
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
          var update = UpdateWork(
            optimizer: optimizer, decay: objective.decay, threads: threads, updates: updates, parts: parts,
            hasParts: hasParts, squares: squares)
          if let clip {
            team.run(&update) { context, thread in
              context.assumingMemoryBound(to: UpdateWork.self).pointee.measure(thread)
            }
            let norm = squares.reduce(ratesSquares, +).squareRoot()
            update.factor = norm > clip ? Float(clip / norm) : 1
          }
          team.run(&update) { context, thread in
            context.assumingMemoryBound(to: UpdateWork.self).pointee.work(thread)
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
    for layer in network.adaptiveLayers.indices {
      let width = network.adaptation(layer).width
      for block in network.adaptiveLayers[layer].writers {
        sumImportanceGradients(of: block, network.adaptiveLayers[layer], width: width)
      }
    }
  }

  private mutating func sumImportanceGradients(of block: Int, _ layer: AdaptiveLayer, width: Int) {
    let part =
      block == layer.state
      ? \BlockBuffers.stateImportanceGradient : \BlockBuffers.importanceGradient
    let sum = workspaces[0].buffers[block][keyPath: part].mutableBase
    for thread in workspaces.indices.dropFirst() {
      Matrix.add(workspaces[thread].buffers[block][keyPath: part].base, to: sum, count: width)
    }
  }
}

import AdaptiveWidth
import Datasets
import Experiment
import Foundation
import Learning
import LinearAlgebra
import SyntheticData
import Testing

/// Training never computes with subnormal numbers, and leaves its caller's floating-point mode alone.
@Suite("Subnormal numbers", .timeLimit(.minutes(15)))
struct SubnormalTests {
  /// Long enough for the first moments of an inactive neuron to fall from 1 to the smallest subnormal number, 1e-45:
  /// 0.9^1000 = 1.7e-46.
  private static let steps = 1_100

  /// A network that separates its classes within some dozen steps by so much that the gradient is exactly 0: from then
  /// on all first moments decay. The prior's gradient is 0 too.
  private static func saturated() -> (LearningState, Dataset) {
    let configuration = Configuration.small {
      $0.network.activation = .relu
      $0.training.learningRate = 0.05
      $0.training.epochs = 1_000
    }
    var dataset = Synthetic.classes()
    guard case .classes(let labels) = dataset.training.targets else { preconditionFailure("classes") }
    for (row, label) in labels.enumerated() { dataset.training.features[3 * row] = label == 0 ? -10 : 10 }
    return (LearningState(configuration: configuration, dataset: dataset), dataset)
  }

  private static func subnormals(_ matrix: Matrix) -> Int { matrix.elements.count { $0.isSubnormal } }

  /// In activations and gradients.
  private static func subnormals(_ workspace: Workspace) -> Int {
    workspace.buffers.reduce(0) { sum, buffers in
      let matrices = [buffers.output, buffers.outputGradient, buffers.importanceGradient] + buffers.gradients
      return matrices.reduce(sum) { $0 + subnormals($1) }
    }
  }

  @Test(arguments: [1, 2]) func aSaturatedRunHasNone(threads: Int) {
    var (learning, dataset) = Self.saturated()
    let objective = Objective(weightScale: 1e30, observations: dataset.training.rows)
    var workers = Workers(dataset: dataset, objective: objective, threads: threads)
    let mode = FloatingPointMode.current
    for step in 0..<Self.steps {
      _ = learning.beginStep(&workers)
      if step > Self.steps - 20 {
        #expect(workers.workspaces.map(Self.subnormals).reduce(0, +) == 0, "in step \(step)")
      }
      learning.endStep(&workers, learningRateFactor: 1)
    }
    #expect(FloatingPointMode.current == mode, "the caller's mode is as before")
    let moments = learning.network.parameters.flatMap { [$0.first, $0.second] }
    #expect(moments.map(Self.subnormals).reduce(0, +) == 0)
    // The run has been where subnormal numbers come from: moments that have decayed to nothing.
    let vanished = moments.map { $0.elements.count { $0 == 0 } }.reduce(0, +)
    #expect(vanished > 20, "\(vanished) moments have decayed")
  }

  /// Whoever calls: on this thread, whose mode the functions must set themselves.
  @Test func theLibraryFlushesInAScope() {
    var (learning, dataset) = Self.saturated()
    let objective = Objective(weightScale: 1e30, observations: dataset.training.rows)
    var (source, workspace) = (BatchSource(dataset.training), Workspace())
    let mode = FloatingPointMode.current
    for _ in 0..<Self.steps {
      let rows = learning.cursor.next()
      source.fill(learning.cursor.order, rows)
      _ = learning.network.lossAndGradients(source.batch, &workspace)
      learning.optimizer.begin()
      learning.network.update(by: learning.optimizer, workspace, objective: objective)
    }
    #expect(FloatingPointMode.current == mode)
    for parameter in learning.network.parameters {
      #expect(Self.subnormals(parameter.first) + Self.subnormals(parameter.second) == 0)
    }
    let held = EvaluationRows(
      heldOutOf: dataset, for: learning.network, NetworkOptions().kind.architecture)
    _ = learning.network.evaluate(held, &workspace)
    _ = learning.network.contributions(held, &workspace)
    _ = learning.network.tradeoff(layer: 0, held, step: 0, &workspace)
    #expect(FloatingPointMode.current == mode)
  }

  private actor Worker {
    private let executor = ThreadExecutor(name: "awn-test")

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    func flushesSubnormals() -> Bool { FloatingPointMode.flushesSubnormals }
  }

  @Test func anExecutorsThreadFlushesFromItsBeginning() async {
    #expect(await Worker().flushesSubnormals())
  }
}

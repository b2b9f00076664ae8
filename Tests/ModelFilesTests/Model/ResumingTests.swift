import AdaptiveWidth
import Experiment
import LinearAlgebra
import ModelFiles
import Testing

@Suite("Going on from a file")
struct ResumingTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  /// What a trainer might keep.
  struct Progress: Codable, Equatable {
    var growth: RandomStream
    var worst = Double.infinity
    var note = "ö \"\\ \u{1}"
  }

  /// Written and read again.
  private func returned(_ run: Run) throws -> Run {
    try ModelFile.write(run.model, training: Progress(growth: run.growth), to: scratch.location)
    let loaded = try ModelFile.read(scratch.path)
    let progress = try #require(try loaded.training(as: Progress.self))
    #expect(progress == Progress(growth: run.growth))
    var result = run
    result.network = loaded.model.network
    result.optimizer = try #require(loaded.model.optimizer)
    result.growth = progress.growth
    return result
  }

  /// Runs with everything a network may have become by the time it is saved.
  private static func runs() -> [(String, Run)] {
    var runs: [(String, Run)] = []
    func add(_ name: String, _ run: Run, _ edit: (inout Run) -> Void = { _ in }) {
      var run = run
      run.steps(12)
      edit(&run)
      runs.append((name, run))
    }
    add("new layers", Run())
    add("no updates yet", Run()) { $0 = Run() }
    add(
      "growing", Run(NetworkOptions(hiddenLayers: 2, initialRate: 0.3), prior: .init(mean: 0.01, scale: 0.01))
    )
    add("shrinking", Run(prior: .init(mean: 2, scale: 0.01), learningRate: 0.1))
    for family in ImportanceFamily.allCases {
      for kind in OptimizerKind.allCases {
        let rate = family.defaultInitialRate() * (family == .exponential ? 10 : 1.5)
        let options = NetworkOptions(
          hiddenLayers: 2, activation: .tanh, importance: family, initialRate: rate, minimumRate: rate / 10)
        for policy in WidthPolicy.allCases {
          add("\(family) \(kind) \(policy)", Run(options, kind: kind, learningRate: 0.01)) { run in
            run.network.truncate(layer: 0, to: run.network.widths[0] / 2, policy: policy)
          }
          add("\(family) \(kind) \(policy), later", Run(options, kind: kind, learningRate: 0.01)) { run in
            run.network.truncate(layer: 1, to: run.network.widths[1] - 3, policy: policy)
            run.steps(5)
          }
        }
      }
    }
    for activation in Activation.allCases {
      add("fixed \(activation)", Run(NetworkOptions(activation: activation, fixedWidths: [7, 5])))
    }
    add("regression", Run(problem: .regression))
    add("one neuron", Run(NetworkOptions(hiddenLayers: 3, initialRate: 9)))
    return runs
  }

  @Test func aRunGoesOnBitIdentically() throws {
    for (name, original) in Self.runs() {
      var (kept, loaded) = (original, try returned(original))
      #expect(loaded.network.bits == kept.network.bits, "\(name)")
      #expect(loaded.outputs == kept.outputs, "\(name)")
      #expect(loaded.optimizer.count == kept.optimizer.count && loaded.optimizer.kind == kept.optimizer.kind)
      kept.steps(15)
      loaded.steps(15)
      #expect(loaded.network.bits == kept.network.bits, "\(name), trained on")
      #expect(kept.network.bits != original.network.bits, "\(name): the run must have moved")
      // An edit after loading is that of the original too: policy, ceiling and frozen importances were kept.
      for layer in kept.network.adaptiveBlocks.indices {
        for policy in [WidthPolicy.adapt, .cap] {
          kept.network.setPolicy(layer: layer, policy)
          loaded.network.setPolicy(layer: layer, policy)
        }
      }
      kept.steps(3)
      loaded.steps(3)
      #expect(loaded.network.bits == kept.network.bits, "\(name), edited")
    }
  }

  @Test func aLoadedRunLearnsWithoutAnAdjustmentBefore() throws {
    // The slopes of the importances are those of the last adjustment, not of the present rate.
    var (kept, loaded) = (Run(), Run())
    kept.steps(7)
    loaded = try returned(kept)
    for run in [0, 1] {
      var network = run == 0 ? kept.network : loaded.network
      var optimizer = kept.optimizer
      var workspace = Workspace()
      _ = network.lossAndGradients(kept.batch, &workspace)
      optimizer.begin()
      network.update(by: optimizer, workspace, objective: Objective(weightScale: 1, observations: 10))
      if run == 0 { kept.network = network } else { loaded.network = network }
    }
    #expect(loaded.network.bits == kept.network.bits)
  }

  @Test func withoutAnOptimizerOnlyTheFunctionIsKept() throws {
    for (name, run) in Self.runs() {
      var model = run.model
      model.optimizer = nil
      model.network = run.network.inferenceCopy
      try ModelFile.write(model, to: scratch.location)
      let loaded = try ModelFile.read(scratch.path)
      #expect(loaded.model.optimizer == nil)
      #expect(try loaded.training(as: Progress.self) == nil)
      #expect(loaded.model.network.outputBits(run.batch.inputs) == run.outputs, "\(name)")
      #expect(loaded.model.network.parameters.allSatisfy { $0.first.sumOfSquares == 0 }, "\(name)")
      let names = try Safetensors(contentsOf: scratch.location.tensors).tensors.keys
      #expect(
        names.allSatisfy { !$0.hasSuffix(".first") && !$0.hasSuffix(".second") && !$0.hasSuffix(".slopes") })
      // It can be trained from here.
      var trained = run
      trained.network = loaded.model.network
      trained.steps(2)
      #expect(trained.network.isFinite)
    }
  }
}

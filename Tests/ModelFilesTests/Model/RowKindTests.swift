import AdaptiveWidth
import AtomicFiles
import Datasets
import Experiment
import LinearAlgebra
import ModelFiles
import Testing

/// What a batch of some shape consists of decides which blocks can read it.
@Suite("Networks and what they read")
struct RowKindTests {
  private func network(_ kind: NetworkKind, _ inputs: InputShape, outputs: Int = 2) -> Network {
    var options = NetworkOptions(initialRate: 0.5)
    options.kind = kind
    (options.stateSize, options.modelSize, options.heads) = (4, 8, 2)
    (options.depth, options.channels) = (1, 4)
    return Network(
      options: options, ratePrior: nil, inputs: inputs, outputs: outputs, problem: .classification, seed: 1)
  }

  private var all: [(network: Network, shape: InputShape)] {
    let shapes: [(NetworkKind, InputShape, Int)] = [
      (.mlp, .features(3), 2), (.mlp, .image(width: 2, height: 2, channels: 1), 2),
      (.cnn, .image(width: 8, height: 8, channels: 1), 2), (.rnn, .steps(features: 3), 2),
      (.gin, .nodes(features: 3), 2), (.transformer, .tokens(vocabulary: 30), 2),
      (.transformer, .translation(vocabulary: 30), 30),
    ]
    return shapes.map { (network($0, $1, outputs: $2), $1) }
  }

  @Test func everyKindReadsItsOwnShapeAlone() {
    func domain(_ shape: InputShape) -> Int {
      switch shape {
      case .features, .image: 0
      case .steps: 1
      case .nodes: 2
      case .tokens: 3
      case .translation: 4
      }
    }
    for (network, own) in all {
      for (_, shape) in all {
        let fits = network.validationError(for: shape) == nil
        #expect(fits == (domain(own) == domain(shape)), "\(own) given \(shape)")
      }
    }
  }

  @Test func aModelWhoseDataAreOfAnotherShapeIsRefused() throws {
    let scratch = try Scratch()
    var run = Run()
    run.steps(1)
    var model = run.model
    model.preparation = Preparation(
      inputs: .graphs(GraphInputs(labels: [], attributes: 0, largestDegree: 2)), targetName: "label",
      target: .classes(["0", "1"]), featureScaling: .identity(3))
    #expect(throws: ModelFileError.self) { try ModelFile.write(model, to: scratch.location) }
  }
}

import AdaptiveWidth
import AtomicFiles
import Experiment
import ModelFiles
import RunFolders
import Testing
import awn_tui

@Suite struct ModelSizeTests {
  /// A model in any of the architectures, with an optimizer's state or without.
  @Test(arguments: NetworkKind.allCases) func theParametersOfAModelAreCounted(kind: NetworkKind) throws {
    let scratch = try Scratch()
    let (inputs, outputs): (InputShape, Int) =
      switch kind {
      case .mlp: (.features(3), 2)
      case .cnn, .resnet20: (.image(width: 8, height: 8, channels: 3), 2)
      case .rnn: (.steps(features: 3), 2)
      case .gin: (.nodes(features: 3), 2)
      case .transformer: (.translation(vocabulary: 30), 30)
      }
    var options = NetworkOptions(hiddenLayers: 2, initialRate: 0.5)
    (options.kind, options.stateSize, options.modelSize, options.heads) = (kind, 4, 8, 2)
    let network = Network(
      options: options, ratePrior: nil, inputs: inputs, outputs: outputs, problem: .classification, seed: 1)
    let location = ModelLocation(folder: scratch.path, name: kind.rawValue)
    let origin = SavedModel.Origin(name: "x", seed: 1, step: 1, epoch: 1)
    try ModelFile.write(
      SavedModel(network: network, optimizer: Optimizer(kind: .adam, learningRate: 0.1), origin: origin),
      to: location)
    #expect(ModelSize.parameters(of: location) == network.parameterCount())
  }
}

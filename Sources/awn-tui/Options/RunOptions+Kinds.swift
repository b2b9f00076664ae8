import ArgumentParser
import Experiment

extension RunOptions {
  /// A flag that means nothing to the kind of network, or of data, is a mistake.
  func refuseFlagsOfOthers(_ kind: NetworkKind, _ data: DataKind) throws {
    for (flag, isGiven, kinds) in networkFlags where isGiven && !kinds.contains(kind) {
      let names = kinds.map(\.rawValue).joined(separator: " or ")
      throw ValidationError("\(flag) means nothing to \(kind.rawValue), only to \(names): leave it out")
    }
    for (flag, isGiven, kinds) in dataFlags where isGiven && !kinds.contains(data) {
      throw ValidationError("\(flag) says nothing about \(data.name): leave it out")
    }
  }

  private var networkFlags: [(flag: String, isGiven: Bool, kinds: [NetworkKind])] {
    [
      ("--hidden-layers", network.hiddenLayers != nil, [.mlp]),
      ("--state-size", network.stateSize != nil, [.rnn]),
      ("--backpropagation-steps", network.backpropagationSteps != nil, [.rnn]),
      ("--model-size", network.modelSize != nil, [.transformer]),
      ("--heads", network.heads != nil, [.transformer]),
      ("--depth", network.depth != nil, [.transformer, .gin]),
      ("--channels", network.channels != nil, [.gin]),
      ("--pooling", network.pooling != nil, [.gin]),
    ]
  }

  private var dataFlags: [(flag: String, isGiven: Bool, kinds: [DataKind])] {
    [
      ("--sequence-id", data.sequenceId != nil, [.sequences]), ("--time", data.time != nil, [.sequences]),
      ("--text", data.text != nil, [.texts]), ("--source", data.source != nil, [.translations]),
      ("--vocabulary", data.vocabulary != nil, [.texts, .translations]),
      ("--permutation", data.permutation != nil, [.images]),
      ("--augmentation", data.augmentation == true, [.colourImages]),
    ]
  }
}

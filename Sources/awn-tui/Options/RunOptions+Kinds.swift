import ArgumentParser
import Experiment

extension RunOptions {
  /// A flag that means nothing to the kind of network, or of data, is a mistake.
  func refuseFlagsOfOthers(_ kind: NetworkKind, _ data: DataKind) throws {
    for option in Architecture.Option.allCases where isGiven(option) && !option.kinds.contains(kind) {
      let names = option.kinds.map(\.rawValue).joined(separator: " or ")
      throw ValidationError(
        "\(option.rawValue) means nothing to \(kind.rawValue), only to \(names): leave it out")
    }
    for (flag, isGiven, kinds) in dataFlags where isGiven && !kinds.contains(data) {
      throw ValidationError("\(flag) says nothing about \(data.name): leave it out")
    }
  }

  private func isGiven(_ option: Architecture.Option) -> Bool {
    switch option {
    case .hiddenLayers: network.hiddenLayers != nil
    case .stateSize: network.stateSize != nil
    case .backpropagationSteps: network.backpropagationSteps != nil
    case .modelSize: network.modelSize != nil
    case .heads: network.heads != nil
    case .depth: network.depth != nil
    case .channels: network.channels != nil
    case .pooling: network.pooling != nil
    }
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

import Experiment

extension TrainingCommand {
  package static func setPolicy(layer: Int, _ policy: WidthPolicy) -> TrainingCommand {
    TrainingCommand(
      .setPolicy(layer: layer, policy), name: "\(Wording.layer(layer)) policy \(policy.rawValue)")
  }
}

extension Question {
  package static func setPolicy(layer: Int, _ policy: WidthPolicy) -> Question {
    Question(WidthPolicyChange(layer: layer, policy: policy))
  }
}

private struct WidthPolicyChange: QuestionContent {
  var layer: Int
  var policy: WidthPolicy

  let verb = "changes the policy"

  func preview(in state: State) -> [StatusText.Piece] {
    let now = state.snapshot.layers[layer]
    return [
      .init("\(Wording.layer(layer)) policy \(now.policy.rawValue) → \(policy.rawValue)", 0),
      .init(Wording.meaning(of: policy, width: now.width), 1),
    ]
  }

  func command(in state: State) -> TrainingCommand? { .setPolicy(layer: layer, policy) }

  func obsolescence(in state: State) -> String? {
    state.snapshot.layers.indices.contains(layer) ? nil : "the layer is gone"
  }
}

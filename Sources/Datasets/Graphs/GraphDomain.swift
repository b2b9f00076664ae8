import Experiment

/// Graphs whose nodes have features.
struct GraphDomain: Domain {
  let inputs: GraphInputs

  var kind: DataKind { .graphs }
  var featureNames: [String] { inputs.featureNames }

  func inputShape(features: Int) -> InputShape { .nodes(features: features) }

  func fits(_ target: Preparation.Target, features: Int) -> Bool {
    target.isOneAnObservation && features > 0 && inputs.isUsable && inputs.featureCount == features
  }
}

import Experiment
import LinearAlgebra

/// Width edits. Each reaches the layer, the block that consumes it, and the moments of both.
extension Network {
  /// Neurons added and removed by an adjustment.
  public struct Adjustment: Equatable, Sendable {
    public var grown = 0
    public var shrunk = 0
  }

  /// Gives every adaptive layer the width and the importances its rate means: before each step. New neurons get
  /// weights, biases and outgoing weights from N(0, 1).
  public mutating func adjustWidths(random: inout RandomStream) -> Adjustment {
    var adjustment = Adjustment()
    for layer in adaptiveBlocks.indices {
      let index = adaptiveBlocks[layer]
      let old = blocks[index].adaptation!.width
      let wanted = blocks[index].wantedWidth!
      if wanted == old {
        blocks[index].editAdaptation { $0.refresh() }
      } else {
        resize(index, to: wanted, random: &random)
        blocks[index].editAdaptation { $0.resize(to: wanted) }
        adjustment.grown += max(0, wanted - old)
        adjustment.shrunk += max(0, old - wanted)
      }
    }
    return adjustment
  }

  /// Keeps the first neurons of a layer, with their weights and importance values: what is left of the function is
  /// the old one minus the tail. Then the policy: under `cap` and `adapt` the rate is refitted to the new width, and
  /// the consumer absorbs the change of importances, so that the refit changes no output (METHOD §2).
  ///
  /// - Parameter policy: by default `cap`, but a layer that is held stays so.
  /// - Precondition: 1 ≤ width ≤ the layer's width.
  public mutating func truncate(layer: Int, to width: Int, policy: WidthPolicy? = nil) {
    let index = adaptiveBlocks[layer]
    let policy = policy ?? (blocks[index].adaptation!.policy == .hold ? .hold : .cap)
    precondition(width >= 1 && width <= widths[layer], "a cut keeps some of the neurons there are")
    // Nothing is drawn: no neuron is new.
    var random = RandomStream(seed: 0, purpose: "unused")
    resize(index, to: width, random: &random)
    blocks[index].editAdaptation { $0.truncate(to: width) }
    apply(policy, to: index, refitting: true)
  }

  /// Changes what may become of a layer's width; no output changes.
  public mutating func setPolicy(layer: Int, _ policy: WidthPolicy) {
    let index = adaptiveBlocks[layer]
    // Importances frozen by `hold` may be no rate's: fit one before the rate moves again.
    apply(policy, to: index, refitting: blocks[index].adaptation!.policy == .hold)
  }

  /// Sets the prior that a layer's rate is under.
  ///
  /// - Parameter keepingMoment: whether the optimiser's moments of the rate stay: for a prior that moves a little.
  public mutating func setRatePrior(layer: Int, _ prior: NormalPrior?, keepingMoment: Bool = false) {
    blocks[adaptiveBlocks[layer]].editAdaptation { $0.setPrior(prior, keepingMoment: keepingMoment) }
  }

  /// Another rate; the width follows with the next adjustment.
  package mutating func setRate(layer: Int, _ rate: Double) {
    blocks[adaptiveBlocks[layer]].editAdaptation { $0.setRate(rate) }
  }

  /// Another order of a layer's neurons, importances and all; no output changes.
  ///
  /// - Precondition: the block consumes itself; elsewhere columns are reordered in passing.
  mutating func permute(layer: Int, by order: [Int]) {
    let index = adaptiveBlocks[layer]
    blocks[index].permuteInputs(by: order)
    blocks[index].editAdaptation { $0.permute(by: order) }
  }

  private mutating func apply(_ policy: WidthPolicy, to index: Int, refitting: Bool) {
    var factors: [Float]?
    blocks[index].editAdaptation { factors = $0.setPolicy(policy, refitting: refitting) }
    guard let factors else { return }
    for reader in readers(of: index) { blocks[reader].scaleInputs(by: factors) }
  }

  /// The blocks that the neurons of an adaptive one go into.
  func readers(of index: Int) -> [Int] { blocks[index].consumesItself ? [index] : consumers[index] }

  private mutating func resize(_ index: Int, to width: Int, random: inout RandomStream) {
    blocks[index].resizeNeurons(to: width, random: &random)
    if blocks[index].consumesItself { return }
    for reader in consumers[index] { blocks[reader].resizeInputs(to: width, random: &random) }
  }
}

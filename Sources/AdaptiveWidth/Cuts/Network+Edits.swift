import Experiment
import LinearAlgebra

/// Width edits. Each reaches all blocks that write the layer's neurons, pass them on or read them, and the moments of
/// all of them.
extension Network {
  /// Neurons added and removed by an adjustment.
  public struct Adjustment: Equatable, Sendable {
    public var grown = 0
    public var shrunk = 0

    public init() {}

    /// What a change of widths adds and removes.
    public init(from old: [Int], to new: [Int]) {
      for (old, new) in zip(old, new) {
        grown += max(0, new - old)
        shrunk += max(0, old - new)
      }
    }
  }

  /// Gives every adaptive layer the width and the importances that its rate means: before each step. New neurons get
  /// weights, biases and outgoing weights from N(0, 1).
  public mutating func adjustWidths(random: inout RandomStream) -> Adjustment {
    var adjustment = Adjustment()
    if hasSteadyWidths { return adjustment }
    var areSteady = true
    for layer in adaptiveLayers.indices {
      let (old, wanted, isMoved) = widthAndWantedWidth(layer)
      areSteady = areSteady && wanted == old && !isMoved
      if wanted == old {
        editAdaptation(layer) { $0.refresh() }
      } else {
        resize(layer, from: old, to: wanted, random: &random)
        editAdaptation(layer) { $0.resize(to: wanted) }
        adjustment.grown += max(0, wanted - old)
        adjustment.shrunk += max(0, old - wanted)
      }
    }
    hasSteadyWidths = areSteady
    return adjustment
  }

  /// The width in use, the width that the rate asks for, and whether a step may move the rate. This is a function of its
  /// own because a reference to the importances would make the edit that follows copy them.
  private func widthAndWantedWidth(_ layer: Int) -> (width: Int, wanted: Int, isMoved: Bool) {
    let adaptation = adaptation(layer)
    return (widths[layer], adaptation.wantedWidth, adaptation.learnsRate || !adaptation.raw.isFinite)
  }

  /// Gives a layer more neurons, with incoming weights as at the start and outgoing weights 0. The rate follows the
  /// width, and the readers absorb the change of the importances, so that no output changes.
  ///
  /// - Precondition: the width is not below the layer's.
  public mutating func grow(layer: Int, to width: Int, random: inout RandomStream) {
    precondition(width >= adaptation(layer).width, "a layer grows")
    // Rectified inputs of importances f have a mean square of about Σf²/2; others are standardized, or about as large.
    let (writer, old) = (adaptiveLayers[layer].writers[0], adaptation(layer).width)
    let inputs = blocks[writer].inputs
    // Of channels as often as there are pixels.
    let squares = incomingImportances(layer).map { Double(inputs / $0.columns) * $0.sumOfSquares }
    let variance = 2 / (squares ?? Double(inputs))
    var factors: [Float] = []
    // First, so that the weights of new neurons fit the new importances.
    editAdaptation(layer) { factors = $0.setWidth(width) }
    resize(layer, from: old, to: width, .zeroOutgoing(variance: variance), random: &random)
    absorb(factors, layer)
  }

  /// The importances of what the first writer of a layer reads, which may be a state of its own block; `nil`: it reads
  /// no neurons of a learned width.
  private func incomingImportances(_ layer: Int) -> Matrix? {
    let writer = adaptiveLayers[layer].writers[0]
    let state = adaptiveLayers.firstIndex { $0.state == writer }
    return state.map { adaptation($0).importances } ?? importances(readBy: writer)
  }

  /// Lets the gradient move a layer's rate, or no longer.
  package mutating func setLearnsRate(layer: Int, _ learnsRate: Bool) {
    editAdaptation(layer) { $0.learnsRate = learnsRate }
  }

  /// Keeps the first neurons of a layer, with their weights and importance values: what remains of the function is the
  /// old one minus the tail. Then the policy: under `cap` and `adapt` the rate is refitted to the new width, and the
  /// readers absorb the change of importances, so that the refit changes no output.
  ///
  /// - Parameters:
  ///   - policy: by default `cap`, but a layer that is held stays so.
  ///   - repair: the weights that leave the neurons which stay, and the order that decides which those are; `nil`: the
  ///     first ones stay, with their weights.
  /// - Precondition: 1 ≤ width ≤ the layer's width.
  public mutating func truncate(
    layer: Int, to width: Int, policy: WidthPolicy? = nil, repair: LayerRepair? = nil
  ) {
    let policy = policy ?? (adaptation(layer).policy == .hold ? .hold : .cap)
    precondition(width >= 1 && width <= adaptation(layer).width, "a cut keeps some of the layer's neurons")
    let composed = repair.flatMap { composedReader(layer, $0, width) }
    for shortcut in repair?.shortcuts ?? [] { mend(shortcut, without: repair!.order.dropFirst(width)) }
    if let repair, !repair.isIndexOrder { permute(layer: layer, by: repair.order) }
    // Nothing is drawn: no neuron is new.
    var random = RandomStream(seed: 0, purpose: "unused")
    resize(layer, from: adaptation(layer).width, to: width, random: &random)
    editAdaptation(layer) { $0.truncate(to: width) }
    if let composed {
      blocks[adaptiveLayers[layer].readers[0]] = composed
    } else if let repair {
      for part in repair.parts {
        setOutgoing(part.readers, of: adaptiveLayers[layer], part.regression, width)
      }
      repair.lastStates?.apply(to: &self)
    }
    apply(policy, to: layer, refitting: true)
  }

  /// Puts a layer's neurons in the order in which each next one explains most of what its readers get beyond those
  /// before it, and gives them the importances of their new places, which the readers absorb: no output changes. The
  /// optimizer's moments move with the neurons.
  public mutating func reorder(layer: Int, _ repair: LayerRepair) {
    permute(layer: layer, by: repair.order)
    keepingPolicy(of: layer) { $0.apply($1, to: layer, refitting: true) }
  }

  /// Does the same as `truncate(layer:to:policy:repair:)`, but keeps the layer's policy, and the ceiling of `cap`.
  mutating func truncateKeepingPolicy(layer: Int, to width: Int, repair: LayerRepair?) {
    keepingPolicy(of: layer) { $0.truncate(layer: layer, to: width, policy: $1, repair: repair) }
  }

  /// Runs an edit that sets a policy with the one the layer has, and restores the ceiling, which such an edit lowers to
  /// the width.
  private mutating func keepingPolicy(of layer: Int, _ edit: (inout Network, WidthPolicy) -> Void) {
    let (policy, ceiling) = (adaptation(layer).policy, adaptation(layer).ceiling)
    edit(&self, policy)
    editAdaptation(layer) { $0.ceiling = ceiling }
  }

  /// Sets the optimizer's moments of all parameters and rates to zero.
  package mutating func forgetMoments() {
    for index in blocks.indices {
      blocks[index].forEachParameter { parameter, _ in parameter.forgetMoments() }
    }
    for layer in adaptiveLayers.indices { editAdaptation(layer) { $0.forgetMoments() } }
  }

  /// Changes how a layer's width may change; no output changes.
  public mutating func setPolicy(layer: Int, _ policy: WidthPolicy) {
    // Importances frozen by `hold` may be no rate's: fit one before the rate changes again.
    apply(policy, to: layer, refitting: adaptation(layer).policy == .hold)
  }

  /// Gives each layer the policy that it has in another network of this architecture, with the ceiling of `cap`.
  package mutating func takePolicies(of other: Network) {
    for layer in adaptiveLayers.indices {
      let adaptation = other.adaptation(layer)
      setPolicy(layer: layer, adaptation.policy)
      editAdaptation(layer) { $0.ceiling = adaptation.ceiling }
    }
  }

  /// Sets the prior of a layer's rate.
  ///
  /// - Parameter keepingMoment: whether the optimizer's moments of the rate stay: for a prior that changes a little.
  public mutating func setRatePrior(layer: Int, _ prior: NormalPrior?, keepingMoment: Bool = false) {
    editAdaptation(layer) { $0.setPrior(prior, keepingMoment: keepingMoment) }
  }

  /// Sets a layer's rate; the width follows with the next adjustment.
  package mutating func setRate(layer: Int, _ rate: Double) {
    editAdaptation(layer) { $0.setRate(rate) }
  }

  /// Puts a layer's neurons, with their importances, in another order; no output changes.
  mutating func permute(layer: Int, by order: [Int]) {
    for index in adaptiveLayers[layer].writers {
      permuteNeurons(of: index, in: adaptiveLayers[layer], by: order)
    }
    for index in adaptiveLayers[layer].readers where readsAnother(index, in: adaptiveLayers[layer]) {
      capabilities[index].elastic!.permuteInputs(of: &blocks[index], by: order)
    }
    for index in adaptiveLayers[layer].followers {
      capabilities[index].shortcut!.permuteFollowed(of: &blocks[index], by: order)
    }
    editAdaptation(layer) { $0.permute(by: order) }
  }

  /// The same edit in every block that writes the layer's neurons.
  mutating func editAdaptation(_ layer: Int, _ edit: (inout Adaptation) -> Void) {
    hasSteadyWidths = false
    for index in adaptiveLayers[layer].writers {
      editAdaptation(of: index, in: adaptiveLayers[layer], edit)
    }
    let width = adaptation(layer).width
    if widths[layer] != width { widths[layer] = width }
  }

  private mutating func apply(_ policy: WidthPolicy, to layer: Int, refitting: Bool) {
    var factors: [Float]?
    editAdaptation(layer) { factors = $0.setPolicy(policy, refitting: refitting) }
    guard let factors else { return }
    absorb(factors, layer)
  }

  /// Multiplies the weights that read a layer's neurons, so that a change of the importances changes no output. Of a
  /// stream, which shortcuts read as well, what is written is multiplied.
  private mutating func absorb(_ factors: [Float], _ layer: Int) {
    for index in adaptiveLayers[layer].writers where capabilities[index].absorbsImportances {
      capabilities[index].adaptive!.scaleNeurons(of: &blocks[index], by: factors)
    }
    if capabilities[adaptiveBlocks[layer]].absorbsImportances { return }
    for index in adaptiveLayers[layer].readers {
      scaleInputs(of: index, in: adaptiveLayers[layer], by: factors)
    }
  }

  private mutating func resize(
    _ layer: Int, from old: Int, to width: Int, _ initialization: NeuronInitialization = .standardNormal,
    random: inout RandomStream
  ) {
    for index in adaptiveLayers[layer].writers {
      resizeNeurons(of: index, in: adaptiveLayers[layer], to: width, initialization, random: &random)
    }
    for index in adaptiveLayers[layer].carriers {
      capabilities[index].neuronwise!.resizeColumns(of: &blocks[index], to: width)
    }
    for index in adaptiveLayers[layer].readers where readsAnother(index, in: adaptiveLayers[layer]) {
      capabilities[index].elastic!.resizeInputs(
        of: &blocks[index], from: old, to: width, initialization, &random)
    }
    for index in adaptiveLayers[layer].followers {
      capabilities[index].shortcut!.resizeFollowed(of: &blocks[index], to: width)
    }
  }
}

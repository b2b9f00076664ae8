/// What an inspection measures besides what it always does.
public struct InspectionRequest: Codable, Equatable, Sendable {
  /// The adaptive layer whose cuts are measured in other orders too.
  public var orderLayer: Int?
  /// Whether the price list is kept fresh.
  public var wantsFrontier: Bool
  /// The cut that a question is about: it is measured before everything else.
  public var cut: CutRequest?
  /// The adaptive layer that is measured first.
  public var shownLayer: Int
  /// Whether held-out predictions are counted class by class, or set against the true values.
  public var wantsPredictions: Bool

  public init(
    orderLayer: Int? = nil, wantsFrontier: Bool = false, cut: CutRequest? = nil, shownLayer: Int = 0,
    wantsPredictions: Bool = false
  ) {
    self.orderLayer = orderLayer
    self.wantsFrontier = wantsFrontier
    self.wantsPredictions = wantsPredictions
    self.cut = cut
    self.shownLayer = shownLayer
  }
}

/// A cut whose price is to be measured.
public struct CutRequest: Codable, Equatable, Sendable {
  /// Neurons kept of each adaptive layer.
  public var widths: [Int]
  public var method: CutMethod

  public init(widths: [Int], method: CutMethod) {
    self.widths = widths
    self.method = method
  }
}

/// What a cut comes to: both networks on the same held-out rows.
public struct CutPrice: Codable, Equatable, Sendable {
  /// The step of the network it was measured on.
  public var step: Int
  public var request: CutRequest
  public var before: Metrics
  public var after: Metrics
  /// After the other usual cut: a plain one, or, of a plain one, a repaired one; `nil`: it is the same.
  public var other: Metrics?
  /// Held-out observations.
  public var rows: Int
  /// One standard error of the change of the main metric, from the differences of both networks on each row: a
  /// fraction, or in the target's own unit.
  public var error: Double?

  public init(
    step: Int, request: CutRequest, before: Metrics, after: Metrics, other: Metrics? = nil, rows: Int,
    error: Double? = nil
  ) {
    (self.step, self.request, self.before, self.after) = (step, request, before, after)
    (self.other, self.rows, self.error) = (other, rows, error)
  }
}

/// What was measured on a copy of the network, beside training. Slower than snapshots, and replaceable too. It arrives
/// in parts, the cheap ones first.
public struct Inspection: Codable, Equatable, Sendable {
  /// The step of the network that the newest part was measured on.
  public var step: Int
  /// At most one for each adaptive layer.
  public var curves: [TradeoffCurve]
  /// The curve of all adaptive layers cut by the same fraction; `nil` if there are fewer than two.
  public var joint: TradeoffCurve?
  /// The orders of neurons of the layer that was wished for.
  public var orders: OrderComparison?
  /// For each adaptive layer, one per neuron: mean |h_n| over held-out rows times the Euclidean norm of its
  /// outgoing weights.
  @Packed public var contributions: [[Float]]
  /// For each adaptive layer, one per neuron: what it explains of its readers' inputs beyond the neurons before it, as
  /// a fraction of what all of them explain. A copy has 0. Empty where cuts are not repaired.
  @Packed public var gains: [[Float]]
  public var input: InputView?
  /// The step of the network that inputs and contributions were measured on.
  public var inputStep: Int
  /// What the network makes of held-out rows, if that was requested.
  public var predictions: HeldOutPredictions?
  /// Held-out observations it was measured on.
  public var rows: Int?
  /// Whether these are all held-out observations, or a part of them.
  public var isOfAllRows: Bool
  /// Whether there are held-out observations at all.
  public var hasRows: Bool

  public init(
    step: Int, curves: [TradeoffCurve], joint: TradeoffCurve? = nil, orders: OrderComparison? = nil,
    contributions: [[Float]], gains: [[Float]] = [], input: InputView?, rows: Int? = nil,
    isOfAllRows: Bool = false, hasRows: Bool = true
  ) {
    self.hasRows = hasRows
    self.rows = rows
    self.isOfAllRows = isOfAllRows
    self.gains = gains
    self.step = step
    self.curves = curves
    self.joint = joint
    self.orders = orders
    self.contributions = contributions
    self.input = input
    inputStep = step
  }

  /// What can be measured apart from the rest.
  public enum Part: Hashable, Sendable {
    /// What the network makes of inputs, and contributions.
    case input
    /// Cuts of one layer, and what its neurons add.
    case layer(Int)
    /// Cuts of all layers by the same fraction.
    case joint
    /// Cuts in other orders.
    case orders
    /// Held-out predictions beside what is true.
    case predictions
  }

  /// What this inspection has.
  public var parts: Set<Part> {
    var parts = Set(curves.compactMap { $0.layer.map(Part.layer) })
    if input != nil || !contributions.isEmpty || !hasRows { parts.insert(.input) }
    if joint != nil { parts.insert(.joint) }
    if orders != nil { parts.insert(.orders) }
    if predictions != nil { parts.insert(.predictions) }
    return parts
  }

  /// The step of the network that a part was measured on; `nil`: it is missing.
  public func step(of part: Part) -> Int? {
    switch part {
    case .input: inputStep
    case .layer(let layer): curves.first { $0.layer == layer }?.step
    case .joint: joint?.step
    case .orders: orders == nil ? nil : step
    case .predictions: predictions?.step
    }
  }

  /// Takes over the parts that a later one has.
  public mutating func merge(_ later: Inspection) {
    let parts = later.parts
    if parts.contains(.input) {
      (input, inputStep, contributions) = (later.input, later.inputStep, later.contributions)
    }
    for curve in later.curves {
      curves.removeAll { $0.layer == curve.layer }
      curves.append(curve)
    }
    curves.sort { ($0.layer ?? -1) < ($1.layer ?? -1) }
    for (layer, values) in later.gains.enumerated() where !values.isEmpty {
      while gains.count <= layer { gains.append([]) }
      gains[layer] = values
    }
    joint = later.joint ?? joint
    orders = later.orders ?? orders
    predictions = later.predictions ?? predictions
    step = max(step, later.step)
    (rows, isOfAllRows, hasRows) = (later.rows ?? rows, later.isOfAllRows, later.hasRows)
  }
}

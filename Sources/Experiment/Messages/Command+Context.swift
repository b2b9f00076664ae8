/// What decides whether a command is refused, and what can be different once it is applied.
extension Command {
  /// What decides whether a command is refused.
  public struct Context: Equatable, Sendable {
    public var state: RunState
    /// The widths of the adaptive layers.
    public var widths: [Int]
    public var compression: Compression

    public enum Compression: Equatable, Sendable {
      case none
      /// One layer, to a width.
      case layer(Int)
      /// Until the metric degrades.
      case search
    }

    public init(state: RunState, widths: [Int], compression: Compression = .none) {
      self.state = state
      self.widths = widths
      self.compression = compression
    }

    public init(_ snapshot: Snapshot) {
      let compression = snapshot.compression.map { status in
        status.tolerance == nil ? Compression.layer(status.layer) : .search
      }
      self.init(
        state: snapshot.state, widths: snapshot.layers.map(\.width), compression: compression ?? .none)
    }

    var isRunning: Bool { state == .running || state == .compressing }
  }

  /// What is different once a command has been applied.
  public enum Effect: Equatable, Sendable {
    /// Whether steps follow without being asked for.
    case running(Bool)
    /// Epochs a second; `nil`: unlimited.
    case pace(Double?)
    case learningRate(Double)
    /// The width or the policy of these adaptive layers; `nil`: of any.
    case structure(layers: [Int]?)
    /// Nothing that a command after it depends on.
    case none
  }
}

extension Command {
  /// Why no edit can be undone although there were some, as a clause.
  public static let forgottenEdits = "nothing is left to undo: older edits were dropped to limit memory"
}

extension Command.Context {
  func refusal(ofLayer layer: Int) -> String? {
    widths.indices.contains(layer) ? nil : "there is no adaptive layer \(layer + 1)"
  }

  func refusal(of width: Int, for layer: Int, _ verb: String) -> String? {
    if let refusal = refusal(ofLayer: layer) { return refusal }
    let current = widths[layer]
    if current == 1 { return "layer \(layer + 1) has one neuron: there is nothing to take away" }
    return width >= 1 && width < current
      ? nil : "layer \(layer + 1) has \(current) neurons: \(verb) 1 to \(current - 1)"
  }

  func refusal(of widths: [Int]) -> String? {
    let now = self.widths
    if widths.count != now.count { return "there are \(now.count) adaptive layers" }
    if !widths.allSatisfy({ $0 >= 1 }) { return "a layer keeps at least a neuron" }
    return zip(widths, now).contains(where: <) ? nil : "no layer would lose a neuron"
  }

  func refusal(of layers: [Int], _ tolerance: Double) -> String? {
    if layers.isEmpty || !layers.allSatisfy(widths.indices.contains) {
      return "name adaptive layers from 1 to \(widths.count)"
    }
    if !(tolerance >= 0 && tolerance.isFinite) { return "a tolerance is not negative" }
    return layers.contains { widths[$0] > 1 } ? nil : "no neuron is left to lose"
  }

  var refusalOfCompression: String? {
    compression == .none ? nil : "a compression is under way"
  }

  func refusalOfPolicy(of layer: Int) -> String? {
    if let refusal = refusal(ofLayer: layer) { return refusal }
    return switch compression {
    case .layer(layer): "layer \(layer + 1) is being compressed: stop that first"
    case .search: "a compression is under way: stop that first"
    case .layer, .none: nil
    }
  }
}

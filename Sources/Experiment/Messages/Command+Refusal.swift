/// What a command means to all sides, in one place: when it is refused, and what it will change once it is applied.
extension Command {
  /// What decides whether a command is refused.
  public struct Context: Equatable, Sendable {
    public var state: RunState
    /// Of the adaptive layers.
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

extension Command.Action {
  public var effect: Command.Effect {
    switch self {
    case .pause: .running(false)
    case .resume: .running(true)
    case .setPace(let pace): .pace(pace)
    case .setLearningRate(let rate): .learningRate(rate)
    case .truncate(let layer, _, _, _), .compress(let layer, _), .setPolicy(let layer, _),
      .reorder(let layer):
      .structure(layers: [layer])
    case .compressUntil(let layers, _, _): .structure(layers: layers)
    case .truncateAll, .truncateTo, .undo, .redo: .structure(layers: nil)
    case .step, .stop, .stopCompressing, .evaluateTest, .setPrice, .save, .export: .none
    }
  }

  /// Why the trainer refuses the command, as a clause; `nil`: it does not, as far as the context tells.
  ///
  /// Undo, redo and measurements may still be refused because the trainer has nothing to return to or to measure on.
  public func refusal(in context: Command.Context) -> String? {
    switch self {
    case .pause: context.isRunning ? nil : "training is not running"
    case .resume: context.isRunning ? "training is running already" : nil
    case .step: context.state == .paused ? nil : "a single step needs a paused run"
    case .setPace(let pace):
      pace.map(isPositive) ?? true ? nil : "a pace is a positive number of epochs per second"
    case .setPrice(let price): isPositive(price) ? nil : "a price is a positive number of nats"
    case .setLearningRate(let rate): isPositive(rate) ? nil : "a learning rate is a positive number"
    case .truncate(let layer, let width, _, _):
      context.refusal(of: width, for: layer, "a cut keeps")
    case .truncateAll(let keep, _, _):
      keep > 0 && keep <= 1 && !context.widths.isEmpty ? nil : "keep a fraction between 0 and 1"
    case .truncateTo(let widths, _, _): context.refusal(of: widths)
    case .reorder(let layer): context.refusal(ofLayer: layer) ?? context.refusalOfPolicy(of: layer)
    case .compress(let layer, let width):
      context.refusal(of: width, for: layer, "compress to") ?? context.refusalOfCompression
    case .compressUntil(let layers, let tolerance, _):
      context.refusal(of: layers, tolerance) ?? context.refusalOfCompression
    case .stopCompressing: context.compression == .none ? "no compression is under way" : nil
    case .setPolicy(let layer, _): context.refusalOfPolicy(of: layer)
    case .save(let name):
      name.map(Self.isModelName) ?? true
        ? nil : "a name has up to 80 letters, digits, spaces and the characters - _ ."
    case .stop, .undo, .redo, .evaluateTest, .export: nil
    }
  }

  private func isPositive(_ value: Double) -> Bool { value > 0 && value.isFinite }

  /// Whether a model can be saved under a name: it becomes the name of a folder, which leads nowhere else.
  public static func isModelName(_ name: String) -> Bool {
    (1...80).contains(name.count) && name.utf8.count <= 200 && name.first != "." && name.first != " "
      && name.allSatisfy { $0.isLetter || $0.isNumber || "-_. ".contains($0) }
  }
}

extension Command.Context {
  fileprivate func refusal(ofLayer layer: Int) -> String? {
    widths.indices.contains(layer) ? nil : "there is no adaptive layer \(layer + 1)"
  }

  fileprivate func refusal(of width: Int, for layer: Int, _ verb: String) -> String? {
    if let refusal = refusal(ofLayer: layer) { return refusal }
    let current = widths[layer]
    return width >= 1 && width < current
      ? nil : "layer \(layer + 1) has \(current) neurons: \(verb) 1 to \(current - 1)"
  }

  fileprivate func refusal(of widths: [Int]) -> String? {
    let now = self.widths
    if widths.count != now.count { return "there are \(now.count) adaptive layers" }
    if !widths.allSatisfy({ $0 >= 1 }) { return "a layer keeps at least a neuron" }
    return zip(widths, now).contains(where: <) ? nil : "no layer would lose a neuron"
  }

  fileprivate func refusal(of layers: [Int], _ tolerance: Double) -> String? {
    if layers.isEmpty || !layers.allSatisfy(widths.indices.contains) {
      return "name adaptive layers from 1 to \(widths.count)"
    }
    if !(tolerance >= 0 && tolerance.isFinite) { return "a tolerance is not negative" }
    return layers.contains { widths[$0] > 1 } ? nil : "no neuron is left to lose"
  }

  fileprivate var refusalOfCompression: String? {
    compression == .none ? nil : "a compression is under way"
  }

  fileprivate func refusalOfPolicy(of layer: Int) -> String? {
    if let refusal = refusal(ofLayer: layer) { return refusal }
    return switch compression {
    case .layer(layer): "layer \(layer + 1) is being compressed: stop that first"
    case .search: "a compression is under way: stop that first"
    case .layer, .none: nil
    }
  }
}

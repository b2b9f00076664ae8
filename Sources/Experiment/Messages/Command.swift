/// What becomes of a layer's width after a structural edit.
public enum WidthPolicy: String, Codable, CaseIterable, Sendable {
  /// The rate is learned; the width follows it both ways.
  case adapt
  /// As `adapt`, but never above a ceiling.
  case cap
  /// Width and importances are frozen; only weights train.
  case hold

  /// The policy the width-policy key chooses after this one.
  public var next: WidthPolicy {
    switch self {
    case .adapt: .cap
    case .cap: .hold
    case .hold: .adapt
    }
  }
}

/// A request to the trainer. Applied at a step boundary, in the order sent, and always answered by one
/// `Event` with the same `id`.
public struct Command: Codable, Equatable, Sendable {
  public var id: Int
  public var action: Action

  public init(id: Int, action: Action) {
    self.id = id
    self.action = action
  }

  /// A command of the program itself, whose answer nobody waits for.
  public static func unattended(_ action: Action) -> Command { Command(id: 0, action: action) }

  /// Layers are numbered from 0 among the adaptive layers.
  public enum Action: Codable, Equatable, Sendable {
    case pause
    case resume
    /// One optimizer step; only while paused.
    case step
    /// Ends the run; its parameters stay.
    case stop
    /// Keeps `width` neurons. `isTaught`, here and below: the uncut network then teaches the cut one.
    case truncate(layer: Int, width: Int, CutMethod = .repaired, isTaught: Bool = false)
    /// Keeps the same fraction of every adaptive layer, 0 < `keep` ≤ 1.
    case truncateAll(keep: Double, CutMethod = .repaired, isTaught: Bool = false)
    /// Keeps so many neurons of each adaptive layer.
    case truncateTo(widths: [Int], CutMethod = .repaired, isTaught: Bool = false)
    /// Puts a layer's neurons in best order, in which each next one adds most to those before it. No output changes.
    case reorder(layer: Int)
    /// Continues training while annealing the layer's rate prior towards that of `width` neurons.
    case compress(layer: Int, width: Int)
    /// Compresses layers in turns until even small steps make the held-out metric worse than now by more than
    /// `tolerance`: points of accuracy as a fraction, or a fraction of the RMSE. It begins with the smallest cut that
    /// is good enough, by the given method.
    case compressUntil(layers: [Int], tolerance: Double, CutMethod = .repaired)
    case stopCompressing
    case setPolicy(layer: Int, WidthPolicy)
    /// Epochs a second; `nil`: unlimited.
    case setPace(Double?)
    case setLearningRate(Double)
    /// Nats that e times as many neurons of a layer must be worth. A run that has settled settles again.
    case setPrice(price: Double)
    /// Back to the moment just before the last structural edit.
    case undo
    case redo
    /// Measures on the test rows, which nothing else touches.
    case evaluateTest
    /// Writes the run's checkpoint; under a name, the present model in a folder of its own below the run's, with the
    /// state of its optimizer.
    case save(name: String?)
    /// Writes the present model to a new file for other programs.
    case export(file: String, ModelFormat)

    // As JSON, values without a label have a name too.
    private enum TruncateCodingKeys: String, CodingKey {
      case layer, width, isTaught
      case _2 = "method"
    }
    private enum TruncateAllCodingKeys: String, CodingKey {
      case keep, isTaught
      case _1 = "method"
    }
    private enum TruncateToCodingKeys: String, CodingKey {
      case widths, isTaught
      case _1 = "method"
    }
    private enum CompressUntilCodingKeys: String, CodingKey {
      case layers, tolerance
      case _2 = "method"
    }
    private enum SetPolicyCodingKeys: String, CodingKey {
      case layer
      case _1 = "policy"
    }
    private enum SetPaceCodingKeys: String, CodingKey { case _0 = "pace" }
    private enum SetLearningRateCodingKeys: String, CodingKey { case _0 = "rate" }
    private enum ExportCodingKeys: String, CodingKey {
      case file
      case _1 = "format"
    }
  }
}

/// What a command means to all sides, in one place: what it will change once it is applied, when the trainer refuses
/// it, and when it is not even taken from outside.
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

  /// Whether the numbers of a command from outside are such that sums with them stay numbers. What is in range and
  /// means nothing here is refused by the trainer, with a reason.
  package var isInRange: Bool {
    let counts = 0...1_000_000_000
    let amounts = 1e-12...1e12
    switch self {
    case .pause, .resume, .step, .stop, .undo, .redo, .evaluateTest, .stopCompressing: return true
    case .save(let name): return name.map(Self.isModelName) ?? true
    case .export(let file, _): return file.hasPrefix("/") && file.utf8.count < 4096 && !file.contains("\0")
    case .truncate(let layer, let width, _, _), .compress(let layer, let width):
      return counts.contains(layer) && counts.contains(width)
    case .truncateAll(let keep, _, _): return (0...1).contains(keep)
    case .truncateTo(let widths, _, _): return widths.allSatisfy(counts.contains)
    case .compressUntil(let layers, let tolerance, _):
      return layers.allSatisfy(counts.contains) && Set(layers).count == layers.count
        && (0...1e12).contains(tolerance)
    case .reorder(let layer), .setPolicy(let layer, _): return counts.contains(layer)
    case .setPace(let pace): return pace.map(amounts.contains) ?? true
    case .setLearningRate(let value), .setPrice(let value): return amounts.contains(value)
    }
  }

  private func isPositive(_ value: Double) -> Bool { value > 0 && value.isFinite }

  /// Whether a model can be saved under a name: it becomes the name of a folder, which leads nowhere else.
  public static func isModelName(_ name: String) -> Bool {
    (1...80).contains(name.count) && name.utf8.count <= 200 && name.first != "." && name.first != " "
      && name.allSatisfy { $0.isLetter || $0.isNumber || "-_. ".contains($0) }
  }
}

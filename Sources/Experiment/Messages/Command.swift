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
    /// `tolerance`: points of accuracy as a fraction, or a fraction of the RMSE. It begins with the smallest cut that is
    /// good enough, by the given method.
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

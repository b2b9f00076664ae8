import Experiment

/// What a run says to a viewer. As JSON in frames; both sides name the version that they speak.
package enum RunMessage: Codable, Sendable {
  /// The first: which run it is.
  case welcome(version: Int, name: String)
  /// What happened before.
  case history([Event])
  case update(events: [Event], SnapshotChange?)
  case inspection(Inspection)
  case frontier(CutFrontier)
  case price(CutPrice)
  /// The last: why nothing follows, a clause.
  case end(String)
  /// There was nothing to say for a while.
  case alive
}

/// What a viewer says to a run.
package enum ViewerMessage: Codable, Sendable {
  /// The first.
  case hello(version: Int)
  case command(Command)
  /// What inspections are to measure.
  case request(InspectionRequest)
}

extension Command {
  /// Whether the numbers of a command from outside are such that sums with them stay numbers. What is in range and means
  /// nothing here is refused by the trainer, with a reason.
  var isInRange: Bool {
    guard (1..<RunFeed.numbersPerViewer).contains(id) else { return false }
    let counts = 0...1_000_000_000
    let amounts = 1e-12...1e12
    switch action {
    case .pause, .resume, .step, .stop, .undo, .redo, .evaluateTest, .stopCompressing: return true
    case .save(let name): return name.map(Action.isModelName) ?? true
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
}

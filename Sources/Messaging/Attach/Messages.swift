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
  /// It reads what the run says.
  case alive
}

extension Command {
  /// Whether a viewer may send it: its number is one of a viewer's, and its values are in range.
  var isInRange: Bool { (1..<RunFeed.numbersPerViewer).contains(id) && action.isInRange }
}

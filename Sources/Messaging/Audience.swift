import Experiment

/// Those who watch a run, what they ask for, and what a further one is shown first.
struct Audience: Sendable {
  var feeds: [RunFeed] = []
  /// The program that trains shows the run itself.
  var isOwn = false
  /// A viewer keeps a run open whose epochs are done.
  var isOpenToViewers = false
  var snapshot: Snapshot?
  /// What was measured of the present network.
  var inspection: Inspection?
  var frontier: CutFrontier?
  private var history: [Event] = []
  private var requests: [(viewer: Int, request: InspectionRequest)] = []
  private var lastNumber = 0
  /// The viewer that sent the last command; 0: the program itself.
  private var steering: Int?

  /// The newest events that a further viewer is shown: as many as its log keeps, and more.
  static let maxEvents = 4_096

  var isWatched: Bool { isOwn || feeds.contains(where: \.isReading) }
  var isHeld: Bool { isOwn || isOpenToViewers && !feeds.isEmpty }
  var viewers: Int { feeds.count + (isOwn ? 1 : 0) }

  mutating func remember(_ events: [Event]) {
    history += events
    // Not at every event beyond the limit.
    if history.count > 2 * Self.maxEvents { history.removeFirst(history.count - Self.maxEvents) }
  }

  /// A snapshot as a viewer is shown it.
  func shown(_ snapshot: Snapshot, to viewer: Int) -> Snapshot {
    var snapshot = snapshot
    snapshot.viewers = viewers
    snapshot.steering = steering.flatMap { isPresent($0) ? $0 == viewer ? .this : .another : nil }
    return snapshot
  }

  private func isPresent(_ viewer: Int) -> Bool {
    viewer == 0 ? isOwn : feeds.contains { $0.number == viewer }
  }

  /// Keeps in mind who steers.
  mutating func note(_ events: [Event]) {
    if let viewer = events.lazy.compactMap(\.viewer).last { steering = viewer }
  }

  mutating func addFeed(_ wake: @escaping @Sendable () -> Void) -> RunFeed {
    lastNumber += 1
    let feed = RunFeed(number: lastNumber, wake: wake)
    feed.begin(
      history: Array(history.suffix(Self.maxEvents)), snapshot.map { shown($0, to: feed.number) })
    if let inspection { feed.put(inspection) }
    if let frontier { feed.put(frontier) }
    feeds.append(feed)
    return feed
  }

  // MARK: Requests

  mutating func take(_ request: InspectionRequest, by viewer: Int) {
    drop(viewer)
    requests.append((viewer, request))
  }

  mutating func drop(_ viewer: Int) { requests.removeAll { $0.viewer == viewer } }

  /// All requests in one; where only one can be served, the newest.
  var request: InspectionRequest {
    guard var newest = requests.last?.request else { return InspectionRequest() }
    for (_, request) in requests.reversed() {
      newest.orderLayer = newest.orderLayer ?? request.orderLayer
      newest.cut = newest.cut ?? request.cut
      newest.wantsFrontier = newest.wantsFrontier || request.wantsFrontier
      newest.wantsPredictions = newest.wantsPredictions || request.wantsPredictions
    }
    return newest
  }

  func asks(_ viewer: Int, for cut: CutRequest) -> Bool {
    requests.contains { $0.viewer == viewer && $0.request.cut == cut }
  }
}

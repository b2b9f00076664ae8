import AtomicFiles
import Experiment
import Synchronization

/// Everything that passes between a run and whatever watches it. Usable from any thread; nothing here waits.
///
/// One reader is the program that trains, by `takeUpdate` and the mailboxes; any number of viewers have a `RunFeed`
/// each.
public final class RunChannels: Sendable {
  /// To the trainer.
  public let commands = Mailbox<Command>()
  public let evaluations = Mailbox<Evaluation>()
  public let inspections = Latest<Inspection>()
  public let frontiers = Latest<CutFrontier>()
  public let prices = Latest<CutPrice>()
  private let update = Mutex(RunUpdate())
  private let audience = Mutex(Audience())
  private let presence = Mutex<FolderPresence?>(nil)
  private let wake: Mutex<@Sendable () -> Void>

  /// The number of the program itself among all readers that make requests.
  private static let own = 0

  /// - Parameter wake: called from any thread after something was put in; must not block.
  public init(wake: @escaping @Sendable () -> Void = {}) {
    self.wake = Mutex(wake)
  }

  /// Another reader of this process takes over.
  package func redirect(wake: @escaping @Sendable () -> Void) {
    self.wake.withLock { $0 = wake }
    wake()
  }

  /// The reader has something to see that is not in the channels.
  package func wakeReader() { wake.withLock { $0 }() }

  /// Events since the last call, with the newest snapshot if there is a new one.
  public func takeUpdate() -> RunUpdate {
    update.withLock { update in
      defer { update = RunUpdate() }
      return update
    }
  }

  /// Reports that something outside the network went wrong.
  public func warn(_ text: String) {
    post(Event(step: 0, epoch: 0, kind: .warning(text)))
    // A trainer that waits has no other occasion to say what has become of the run.
    commands.poke()
  }

  /// What inspections measure from now on: what all who watch ask for.
  public var wish: InspectionRequest {
    get { audience.withLock { $0.request } }
    set { request(newValue, by: Self.own) }
  }

  /// What one of those who watch asks inspections for.
  package func request(_ request: InspectionRequest, by viewer: Int) {
    audience.withLock { $0.take(request, by: viewer) }
    // A trainer that waits has no other occasion to inspect again.
    commands.poke()
  }

  /// The run is kept in a folder.
  package func keep(in folder: FolderPresence?) { presence.withLock { $0 = folder } }

  /// Whether the folder that the run is kept in is where it was; so long as none is known, there is nothing to miss.
  package var hasFolder: Bool { presence.withLock { $0?.isThere ?? true } }

  // MARK: Viewers

  /// Whether inspections are made.
  package var isWatched: Bool { audience.withLock { $0.isWatched } }

  /// Whether a run whose epochs are done stays open for commands.
  package var isHeld: Bool { audience.withLock { $0.isHeld } }

  /// The program itself shows the run. From now on it stays open while anybody watches.
  package func watch() {
    audience.withLock { ($0.isOwn, $0.isOpenToViewers) = (true, true) }
  }

  /// The program itself no longer shows the run.
  package func unwatch() {
    audience.withLock {
      $0.isOwn = false
      $0.drop(Self.own)
    }
    commands.poke()
  }

  /// What happened before a run was resumed, for viewers to come.
  package func remember(_ events: [Event]) {
    audience.withLock { $0.remember(events) }
  }

  /// A further viewer, which gets what there is to show now and then all that follows.
  ///
  /// - Parameter wake: called from any thread once there is something for it; must not block.
  package func addFeed(wake: @escaping @Sendable () -> Void) -> RunFeed {
    let feed = audience.withLock { $0.addFeed(wake) }
    wake()
    commands.poke()
    return feed
  }

  package func remove(_ feed: RunFeed) {
    audience.withLock { audience in
      audience.feeds.removeAll { $0 === feed }
      audience.drop(feed.number)
    }
    commands.poke()
  }

  /// Whether a viewer reads what it is sent.
  package func note(_ feed: RunFeed, isReading: Bool) {
    guard feed.isReading != isReading else { return }
    feed.isReading = isReading
    // A trainer that waits has no other occasion to inspect again.
    if isReading { commands.poke() }
  }

  // MARK: From the trainer

  /// - Parameter snapshot: of the run after these events.
  package func post(_ events: [Event], _ snapshot: Snapshot) {
    let (shown, feeds) = audience.withLock { audience in
      audience.remember(events)
      audience.note(events)
      audience.snapshot = snapshot
      for feed in audience.feeds { feed.put(events, audience.shown(snapshot, to: feed.number)) }
      return (audience.shown(snapshot, to: Self.own), audience.feeds)
    }
    update.withLock {
      $0.events += events.map { $0.shown(to: Self.own) }
      $0.snapshot = shown
    }
    notify(feeds)
  }

  /// What another process has posted: it has counted those who watch.
  package func show(_ events: [Event], _ snapshot: Snapshot) {
    update.withLock {
      $0.events += events
      $0.snapshot = snapshot
    }
    wakeReader()
  }

  /// An event that no snapshot shows.
  package func post(_ event: Event) {
    let feeds = audience.withLock { audience in
      audience.remember([event])
      for feed in audience.feeds { feed.put([event], nil) }
      return audience.feeds
    }
    update.withLock { $0.events.append(event) }
    notify(feeds)
  }

  /// Wakes nobody: the next snapshot does, and a small network is evaluated a thousand times a second.
  package func post(_ evaluation: Evaluation) {
    evaluations.send(evaluation)
  }

  package func post(_ inspection: Inspection) {
    let feeds = audience.withLock { audience in
      if audience.inspection == nil {
        audience.inspection = inspection
      } else {
        audience.inspection?.merge(inspection)
      }
      for feed in audience.feeds { feed.put(inspection) }
      return audience.feeds
    }
    // A part does not replace another one that waits.
    inspections.update { waiting in
      if waiting == nil { waiting = inspection } else { waiting?.merge(inspection) }
    }
    notify(feeds)
  }

  /// Delivers the price of a cut to those who ask about it: each viewer may ask about another one.
  package func post(_ price: CutPrice) {
    let (isOwn, feeds) = audience.withLock { audience in
      let feeds = audience.feeds.filter { audience.asks($0.number, for: price.request) }
      for feed in feeds { feed.put(price) }
      return (audience.asks(Self.own, for: price.request), feeds)
    }
    if isOwn { prices.post(price) }
    notify(feeds)
  }

  package func post(_ frontier: CutFrontier) {
    let feeds = audience.withLock { audience in
      audience.frontier = frontier
      for feed in audience.feeds { feed.put(frontier) }
      return audience.feeds
    }
    frontiers.post(frontier)
    notify(feeds)
  }

  /// What was measured is of a network that is there no longer.
  package func dropInspections() {
    audience.withLock { audience in
      (audience.inspection, audience.frontier) = (nil, nil)
      for feed in audience.feeds { feed.dropInspections() }
    }
    _ = inspections.take()
    _ = frontiers.take()
    _ = prices.take()
  }

  private func notify(_ feeds: [RunFeed]) {
    for feed in feeds where feed.isReading { feed.wake() }
    wakeReader()
  }
}

/// What a run has to show since its reader last asked. No event is lost; of snapshots, only the newest counts.
public struct RunUpdate: Sendable {
  /// In the order in which they happened.
  public var events: [Event] = []
  /// The run after all of these events, but for warnings; `nil`: nothing is new.
  public var snapshot: Snapshot?
}

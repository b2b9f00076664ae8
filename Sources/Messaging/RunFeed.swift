import Experiment
import Synchronization

/// What one viewer has not been given yet, in bounded memory: a newer snapshot takes the place of one that waits, and a
/// viewer for which too many events wait is given up.
package final class RunFeed: Sendable {
  /// What waits for a viewer.
  package struct News: Sendable {
    /// Before it began to watch; `nil`: it was given them.
    package var history: [Event]?
    package var events: [Event] = []
    /// The run after these events.
    package var snapshot: Snapshot?
    package var inspection: Inspection?
    package var frontier: CutFrontier?
    package var price: CutPrice?
    /// More events came than wait for a viewer that does not read: it is to be dropped.
    package var isOverrun = false

    package var isEmpty: Bool {
      history == nil && events.isEmpty && snapshot == nil && inspection == nil && frontier == nil
        && price == nil
    }
  }

  /// Among the viewers of a run, from 1 on.
  package let number: Int
  package let wake: @Sendable () -> Void
  private let news = Mutex(News())
  private let reads = Atomic(true)
  /// Events that wait at most.
  package static let maxEvents = 4_096

  package init(number: Int, wake: @escaping @Sendable () -> Void) {
    (self.number, self.wake) = (number, wake)
  }

  /// Whether its viewer reads: for one that was stopped nothing is measured.
  package var isReading: Bool {
    get { reads.load(ordering: .relaxed) }
    set { reads.store(newValue, ordering: .relaxed) }
  }

  /// All that came since the last call.
  package func take() -> News {
    news.withLock { news in
      defer { news = News() }
      return news
    }
  }

  package func begin(history: [Event], _ snapshot: Snapshot?) {
    news.withLock { ($0.history, $0.snapshot) = (history.map { $0.shown(to: number) }, snapshot) }
  }

  package func put(_ events: [Event], _ snapshot: Snapshot?) {
    news.withLock { news in
      if let snapshot { news.snapshot = snapshot }
      guard news.events.count + events.count <= Self.maxEvents else {
        news = News()
        news.isOverrun = true
        return
      }
      if !news.isOverrun { news.events += events.map { $0.shown(to: number) } }
    }
  }

  package func put(_ inspection: Inspection) {
    news.withLock { news in
      if news.inspection == nil { news.inspection = inspection } else { news.inspection?.merge(inspection) }
    }
  }

  package func put(_ frontier: CutFrontier) { news.withLock { $0.frontier = frontier } }
  package func put(_ price: CutPrice) { news.withLock { $0.price = price } }

  package func dropInspections() {
    news.withLock { ($0.inspection, $0.frontier, $0.price) = (nil, nil, nil) }
  }

  // MARK: Numbers of commands

  /// Every viewer numbers its commands from 1 on; in the run, viewer n's begin at n times this.
  package static let numbersPerViewer = 1_000_000_000

  /// A viewer's command as the trainer is sent it.
  package func command(_ command: Command) -> Command {
    Command(id: number * Self.numbersPerViewer + command.id, action: command.action)
  }
}

extension Event {
  /// The viewer whose command it answers, 0 for the program that trains; `nil`: it answers none.
  package var viewer: Int? {
    guard let command, command > 0 else { return nil }
    return command / RunFeed.numbersPerViewer
  }

  /// The event as one of those who watch is shown it: of commands, each knows its own.
  package func shown(to number: Int) -> Event {
    guard let command else { return self }
    var event = self
    let isOwn = viewer == number
    event.command = isOwn ? command % RunFeed.numbersPerViewer : nil
    if viewer != nil && !isOwn { event.isOfAnother = true }
    return event
  }
}

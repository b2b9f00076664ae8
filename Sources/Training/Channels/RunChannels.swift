import Experiment
import Synchronization

/// Everything that passes between a run and whatever watches it. Usable from any thread; nothing here waits.
public final class RunChannels: Sendable {
  /// To the trainer.
  public let commands = Mailbox<Command>()
  public let evaluations = Mailbox<Evaluation>()
  public let inspections = Latest<Inspection>()
  public let frontiers = Latest<CutFrontier>()
  public let prices = Latest<CutPrice>()
  private let update = Mutex(RunUpdate())
  private let currentRequest = Mutex(InspectionRequest())
  private let wake: @Sendable () -> Void

  /// - Parameter wake: called from any thread after something was put in; must not block.
  public init(wake: @escaping @Sendable () -> Void = {}) {
    self.wake = wake
  }

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
  }

  /// What inspections measure from now on.
  public var wish: InspectionRequest {
    get { currentRequest.withLock { $0 } }
    set {
      currentRequest.withLock { $0 = newValue }
      // A trainer that waits has no other occasion to inspect again.
      commands.poke()
    }
  }

  /// - Parameter snapshot: of the run after these events.
  package func post(_ events: [Event], _ snapshot: Snapshot) {
    update.withLock {
      $0.events += events
      $0.snapshot = snapshot
    }
    wake()
  }

  /// An event that no snapshot shows.
  package func post(_ event: Event) {
    update.withLock { $0.events.append(event) }
    wake()
  }

  /// Wakes nobody: the next snapshot does, and a small network is evaluated a thousand times a second.
  func post(_ evaluation: Evaluation) {
    evaluations.send(evaluation)
  }

  func post(_ inspection: Inspection) {
    // A part does not replace another one that waits.
    inspections.update { waiting in
      if waiting == nil { waiting = inspection } else { waiting?.merge(inspection) }
    }
    wake()
  }

  func post(_ price: CutPrice) {
    prices.post(price)
    wake()
  }

  func post(_ frontier: CutFrontier) {
    frontiers.post(frontier)
    wake()
  }
}

/// What a run has to show since its reader last asked. No event is lost; of snapshots, only the newest counts.
public struct RunUpdate: Sendable {
  /// In the order in which they happened.
  public var events: [Event] = []
  /// The run after all of these events, but for warnings; `nil`: nothing is new.
  public var snapshot: Snapshot?
}

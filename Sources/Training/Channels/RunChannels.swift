import Experiment
import Synchronization

/// Everything that passes between a run and whoever watches it. Usable from any thread; nothing here waits.
public final class RunChannels: Sendable {
  /// To the trainer.
  public let commands = Mailbox<Command>()
  /// From the trainer: none is lost.
  public let events = Mailbox<Event>()
  public let evaluations = Mailbox<Evaluation>()
  /// From the trainer: only the newest counts.
  public let snapshots = Latest<Snapshot>()
  public let inspections = Latest<Inspection>()
  public let frontiers = Latest<CutFrontier>()
  private let currentRequest = Mutex(InspectionRequest())
  private let wake: @Sendable () -> Void

  /// - Parameter wake: called from any thread after something was put in; must not block.
  public init(wake: @escaping @Sendable () -> Void = {}) {
    self.wake = wake
  }

  /// Something outside the network went wrong.
  public func warn(_ text: String) {
    post(Event(step: 0, epoch: 0, kind: .warning(text)))
  }

  /// What looks at the network measure from now on.
  public var wish: InspectionRequest {
    get { currentRequest.withLock { $0 } }
    set {
      currentRequest.withLock { $0 = newValue }
      // A trainer that waits has no other occasion to look again.
      commands.poke()
    }
  }

  func post(_ event: Event) {
    events.send(event)
    wake()
  }

  /// Wakes nobody: the next snapshot does, and a small network is evaluated a thousand times a second.
  func post(_ evaluation: Evaluation) {
    evaluations.send(evaluation)
  }

  func post(_ snapshot: Snapshot) {
    snapshots.post(snapshot)
    wake()
  }

  func post(_ inspection: Inspection) {
    inspections.post(inspection)
    wake()
  }

  func post(_ frontier: CutFrontier) {
    frontiers.post(frontier)
    wake()
  }
}

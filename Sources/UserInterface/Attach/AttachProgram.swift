import AtomicFiles
import Canvas
import Dashboard
import Experiment
import Messaging
import PlainText
import RunFolders
import Terminal

/// The dashboard of a run that trains in another process.
package struct AttachProgram {
  private let folder: String
  private let client: RunClient
  private let data: DataReport?
  private let loading: Mailbox<LoadingNews>
  private let wake: @Sendable () -> Void

  /// Connects with the run.
  ///
  /// - Parameter wake: has the screen return from waiting; called from any thread.
  /// - Throws: `NotAttachable` or `RunFolderError`.
  package init(folder: String, wake: @escaping @Sendable () -> Void) throws {
    let files = try RunFolder(of: folder, isOwned: false)
    let baselines = files.baselines
    let loading = Mailbox<LoadingNews>()
    (self.folder, self.loading, self.wake) = (folder, loading, wake)
    data = files.dataReport
    do throws(AttachError) {
      client = try RunClient(
        folder: folder, wake: wake,
        history: { events in
          loading.send(.ready(notes: [], history: events, baselines: baselines))
          wake()
        },
        silence: { seconds in
          loading.send(.silent(seconds: seconds))
          wake()
        },
        ended: { reason in
          loading.send(.lost(reason))
          wake()
        })
    } catch {
      throw NotAttachable(folder: folder, error: error, isInUse: RunFolder.isInUse(folder))
    }
  }

  package var name: String { client.name }

  /// Shows the run until the user leaves, and gives the terminal back. The run goes on.
  ///
  /// - Parameter alert: how the end of the run is called out; `nil`: it is not.
  /// - Throws: `ExitStatus.interrupted` after a signal.
  package func play(
    _ state: State, on screen: any Screen, catalogue: ThemeCatalogue, alert: TerminalAlert? = nil
  ) throws {
    var state = state
    state.run.link = .attached
    state.run.data = data
    client.channels.keep(in: FolderPresence(folder))
    let ending = RunLoop.show(
      state, on: screen, client.channels, loading: loading, catalogue: catalogue, folder: folder,
      alert: alert, wake: wake)
    client.leave()
    screen.close()
    try ending.requireLeft()
  }
}

/// Why there is nothing to attach to, and what to do instead.
package struct NotAttachable: UserFacingError, Equatable {
  package let folder: String
  package let error: AttachError
  package let isInUse: Bool

  package var sentence: String {
    let run = sanitized(folder, limit: 300)
    switch error {
    case .notListening where isInUse:
      return "\(run) is trained by a process that nothing can attach to: an older version of awn-tui, or "
        + "several ranks; wait for its end"
    case .notListening:
      return "no process trains \(run): awn-tui resume \(run) goes on with it, and awn-tui replay \(run) "
        + "shows what it recorded; awn-tui launch begins another run"
    case .system(let what, _):
      return "\(sanitized(what, limit: 300)) is not possible: \(error.reason); the run must be of the same "
        + "user"
    case .noRun(let reason): return "cannot attach to \(run): \(sanitized(reason, limit: 200))"
    }
  }
  package var exitStatus: ExitStatus { .failed }
}

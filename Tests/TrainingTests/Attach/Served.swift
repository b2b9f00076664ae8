import Experiment
import Foundation
import Messaging

/// A paused run of `Session` with a server in a folder.
struct Served {
  let scratch: Scratch
  let session: Session
  let server: RunServer

  init(isWatched: Bool = false, admits: @escaping @Sendable (uid_t?) -> Bool = { $0 == geteuid() }) throws {
    scratch = try Scratch()
    session = Session(isWatched: isWatched)
    server = try RunServer(session.channels, folder: scratch.path, name: "small", admits: admits)
  }

  func viewer() throws -> Viewer { try Viewer(scratch.path) }

  func end() async {
    _ = await session.stop()
    server.close("the run was stopped")
  }
}

extension Event.Kind {
  func isWarning(of text: String) -> Bool {
    if case .warning(let warning) = self { warning.contains(text) } else { false }
  }
}

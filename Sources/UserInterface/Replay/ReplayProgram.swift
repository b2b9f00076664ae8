import AtomicFiles
import Dashboard
import Messaging
import PlainText
import RunFolders
import Terminal

/// A recording in the dashboard, until the user leaves.
package struct ReplayProgram {
  private let folder: String
  private let player: Player

  package init(folder: String, _ player: Player) { (self.folder, self.player) = (folder, player) }

  /// - Throws: `ExitStatus.interrupted` after a signal.
  package func play(_ state: State, on screen: any Screen) throws {
    var state = state
    state.run.data = try RunFolder(of: folder, isOwned: false).dataReport
    let channels = RunChannels()
    channels.keep(in: FolderPresence(folder))
    var loop = RunLoop(
      screen: screen, state: state, channels: channels, loading: Mailbox(), player: player,
      export: RunLoop.pictures(of: channels, in: folder))
    let ending = loop.run()
    screen.close()
    try ending.requireLeft()
  }
}

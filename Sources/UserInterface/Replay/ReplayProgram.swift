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
    var loop = RunLoop(
      screen: screen, state: state, channels: RunChannels(), loading: Mailbox(), player: player,
      export: { [folder] in Picture.write($0, theme: $1, folder: folder) })
    let ending = loop.run()
    screen.close()
    try ending.requireLeft()
  }
}

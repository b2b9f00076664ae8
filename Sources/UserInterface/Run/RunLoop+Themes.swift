import Canvas
import Dashboard
import Experiment
import Foundation
import Messaging
import PlainText
import RunFolders
import Terminal

extension RunLoop {
  /// Shows a run until the loop ends; themes of the catalogue are read again when their files are saved.
  ///
  /// - Parameters:
  ///   - folder: of the run, where pictures go; `nil`: it has none.
  ///   - alert: how its end is called out; `nil`: it is not.
  ///   - wake: has the screen return from waiting; called from any thread.
  package static func show(
    _ state: State, on screen: any Screen, _ channels: RunChannels, loading: Mailbox<LoadingNews>,
    catalogue: ThemeCatalogue, folder: String?, alert: TerminalAlert?, wake: @escaping @Sendable () -> Void
  ) -> Ending {
    let themes = Mailbox<ThemeNews>()
    let watcher = ThemeWatcher(folder: catalogue.folder, files: catalogue.names) { news in
      themes.send(news)
      wake()
    }
    defer { withExtendedLifetime(watcher) {} }
    var loop = RunLoop(
      screen: screen, state: state, channels: channels, loading: loading, themes: themes, alert: alert,
      detachRefusal: { channels.hasFolder ? nil : RunFolder.detachRefusal },
      export: pictures(of: channels, in: folder))
    return loop.run()
  }

  /// What writes pictures of the screen into the folder of a run. What stands in the folder's place is not the run's.
  static func pictures(of channels: RunChannels, in folder: String?) -> (Frame, Theme) -> String {
    { frame, theme in
      channels.hasFolder
        ? Picture.write(frame, theme: theme, folder: folder)
        : "no picture is written: the run's folder was moved or deleted; put it back first"
    }
  }
}

extension RunLoop.Ending {
  /// Requires that the user left a screen whose leaving ends no run.
  ///
  /// - Throws: what failed, or `ExitStatus.interrupted` after a signal.
  func requireLeft() throws {
    switch self {
    case .failed(let error): throw error
    case .interrupted: throw ExitStatus.interrupted
    case .quit, .detached: break
    }
  }
}

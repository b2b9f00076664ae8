import ArgumentParser
import Canvas
import Dashboard
import Experiment
import Foundation
import PlainText
import Synchronization
import Terminal
import UserInterface

/// The home screen, and the runs that are opened from it.
struct HomeProgram {
  private let flags: ScreenFlags
  /// As given on the command line, for the runs opened from here.
  private let arguments: [String]

  /// Whether the command line asks for nothing to be trained, on a terminal.
  ///
  /// - Returns: the program; `nil`: the parser takes over.
  init?(arguments: [String]) {
    guard isatty(STDIN_FILENO) == 1, isatty(STDOUT_FILENO) == 1, let parsed = Self.parsed(arguments) else {
      return nil
    }
    (flags, self.arguments) = parsed
  }

  /// Whether nothing but the look of a dashboard is asked for.
  static func suits(_ arguments: [String]) -> Bool { parsed(arguments) != nil }

  /// The flags of a command line that asks for nothing but the look of a dashboard, and the arguments they are from.
  private static func parsed(_ arguments: [String]) -> (flags: ScreenFlags, arguments: [String])? {
    let rest = Array(arguments.dropFirst())
    guard arguments.isEmpty || arguments.first == "launch", let flags = try? ScreenFlags.parse(rest) else {
      return nil
    }
    return (flags, rest)
  }

  /// Until the user quits here.
  func run() throws {
    let words = Supervisor.detachMessage.trimmingCharacters(in: .whitespacesAndNewlines)
    var message = words.isEmpty ? nil : words
    let isSupervised = Supervisor.isActive
    var last: Home?
    while let command = try choose(saying: message, after: &last) {
      // A run that was left with its terminal ends this process; another one shows the runs meanwhile.
      var hasLeft: Bool { isSupervised && !Supervisor.isActive }
      do {
        var command = try AwnTui.parseAsRoot(command + arguments)
        try DashboardScreen.$isOpenedFromHome.withValue(true) { try command.run() }
        if hasLeft { return }
        message = nil
      } catch let error where hasLeft {
        throw error
      } catch ExitStatus.interrupted {
        throw ExitStatus.interrupted
      } catch let error as any UserFacingError {
        message = error.sentence
      } catch {
        message = AwnTui.message(for: error)
      }
    }
  }

  /// What to do next, as a command line; `nil`: nothing more.
  ///
  /// - Parameter last: the screen before, whose view is kept; it becomes this one.
  private func choose(saying message: String?, after last: inout Home?) throws -> [String]? {
    let settings = try UserSettings.ofThisUser()
    let flags = try flags.filled(from: settings)
    let (theme, _) = try flags.chosenTheme()
    let session = try TerminalSession(
      options: TerminalOptions(color: flags.color ?? .auto, usesMouse: false))
    defer { session.close() }
    var home = Home(
      width: session.size.width, height: session.size.height, glyphs: flags.glyphs ?? .suiting(session),
      theme: theme, message: message)
    if let last { home.keepView(of: last) }
    let waker = Waker()
    var loop = HomeLoop(screen: session, home: home, folders: Self.folders) { waker.wake() }
    defer { last = loop.home }
    return try loop.run()
  }

  /// `runs` here, and those used before.
  static var folders: [String] {
    let here = URL(filePath: "runs").standardizedFileURL.path
    return ["runs"] + RunIndex().folders.filter { $0 != here }
  }
}

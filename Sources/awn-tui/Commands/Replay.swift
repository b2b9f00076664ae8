import ArgumentParser
import AtomicFiles
import Canvas
import Dashboard
import Foundation
import PlainText
import RunFolders
import Terminal
import Training
import UserInterface

struct Replay: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show the course of a run again, from what its folder recorded.",
    discussion: """
      Moves through the evaluations of the run: loss, held-out metric, widths, importances, posterior, edits and \
      messages. Prices of cuts and inputs are shown where a dashboard measured them. space plays and pauses, < and > change the speed, . and , \
      go on and back by one evaluation, ) and ( by a tenth, ] and [ to the next and the last edit.

      --cast writes a recording that asciinema plays, without a terminal.
      """)

  @OptionGroup var place: RunArgument
  @Option(help: "Write an asciinema recording to a new file instead (-: standard output).")
  var cast: String?
  @Option(parsing: .unconditional, help: "Columns of the recording (default: 120).", transform: Int.parsing)
  var columns: Int?
  @Option(parsing: .unconditional, help: "Rows of the recording (default: 36).", transform: Int.parsing)
  var rows: Int?
  @OptionGroup(title: "Dashboard") var flags: ScreenFlags

  func validate() throws {
    try GivenPath.require(cast, "--cast", of: GivenPath.fileOrStream)
    if cast == nil, columns != nil || rows != nil {
      throw ValidationError("--columns and --rows are of a recording: give --cast too")
    }
    for (name, value) in [("--columns", columns), ("--rows", rows)] {
      if let value, !(20...1000).contains(value) {
        throw ValidationError("\(name) must be between 20 and 1000")
      }
    }
  }

  mutating func run() throws {
    _ = try RunFolder(of: place.path, isOwned: false)
    if let cast {
      try checkPlace(cast)
    } else {
      try requireTerminal("replay --cast FILE writes a recording without one")
    }
    let recording = try Recording(folder: place.path)
    if let cast { return try write(recording, to: cast) }
    let waker = Waker()
    let screen = try DashboardScreen(flags)
    let player = Player(recording) { waker.wake() }
    defer { player.close() }
    try ReplayProgram(folder: place.path, player).play(
      screen.state(of: recording.name, isSavedOnQuit: true), on: screen.session)
  }

  /// Known now, not after the work. Nothing is replaced: the name of a run's own file is soon given by mistake.
  private func checkPlace(_ file: String) throws {
    if file == "-" || OutputFile.isStream(file) { return }
    try PlaceTaken.check(file)
    do {
      try OutputFile.check(file)
    } catch {
      throw NotWritten(what: "the recording", place: file, reason: OutputFile.reason(error))
    }
  }

  private func write(_ recording: Recording, to file: String) throws {
    let (theme, _) = try flags.filled(from: UserSettings.ofThisUser()).chosenTheme()
    let state = State(
      name: recording.name, width: columns ?? 120, height: rows ?? 36, glyphs: flags.glyphs ?? .braille,
      theme: theme, isSavedOnQuit: true)
    let text = try Cast.text(of: recording, state)
    do {
      if file == "-" { return try Console.print(text) }
      try OutputFile.write(Data(text.utf8), to: file)
    } catch {
      let place = file == "-" ? "standard output" : file
      throw NotWritten(what: "the recording", place: place, reason: OutputFile.reason(error))
    }
    Console.tell("recording written to \(sanitized(file, limit: 300)); asciinema play shows it\n")
  }
}

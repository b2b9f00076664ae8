import Canvas
import Experiment

/// Everything that can happen to the dashboard.
public enum Action: Sendable {
  case key(Key)
  case mouse(MouseEvent)
  case resized(width: Int, height: Int)
  case snapshot(Snapshot)
  case inspection(Inspection)
  case frontier(CutFrontier)
  case price(CutPrice)
  case event(Event)
  /// A line for the message log: anything a library printed.
  case log(String)
  /// The outcome of something the user asked for: shown at once, and logged.
  case notice(String)
  /// Why something the user asked for is not done.
  case refusal(String)
  /// A moment of a recording, with all events up to it: it takes the place of what was shown.
  case recorded(playback: String, events: [Event], Snapshot, Inspection? = nil)
  /// Nothing more is heard of the run; why, a clause.
  case disconnected(String)
  /// For so many seconds nothing was heard of a run that trains elsewhere; `nil`: it is heard of again.
  case silence(seconds: Int?)
  /// What is being loaded, as in "mnist, 60,000 rows".
  case loading(String)
  /// What the data were read as.
  case data(DataReport)
  /// The message above the footer has been there long enough.
  case messageSeen
  /// What happened to a run before it was resumed, for the log and the marks on the charts.
  case history([Event])
  /// What other methods reach at the sizes of this network.
  case baselines([Baseline])
  /// A theme was read, or read again: it replaces the one of its name, in use or not.
  case theme(Theme)
}

/// What the dashboard wants done; it does nothing itself.
public enum Effect: Equatable, Sendable {
  case send(Command)
  case quit
  /// Move through the recording.
  case replay(ReplayCommand)
  /// Leave the terminal; training goes on without it.
  case detach
  /// Write a picture of the screen as it is now; answer with `Action.notice`.
  case export
  /// Forget keys that were typed but not yet read: a question has opened that they were not an answer to.
  case discardTypeAhead
  /// Have the mouse reported, or leave it to the terminal.
  case setMouse(Bool)
}

/// How a recording is moved through.
public enum ReplayCommand: Equatable, Sendable {
  case playOrPause
  case slower
  case faster
  /// By so many moments; it pauses there.
  case move(by: Int)
  /// By so many tenths of the whole.
  case tenths(Int)
  case edit(isNext: Bool)
}

import ArgumentParser
import RunFolders
import Terminal
import UserInterface

struct Attach: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show the dashboard of a run that trains in another process.",
    discussion: """
      Any number of dashboards may show one run: of train, of resume, of launch, or of one that was left with d. Each \
      can do all that the dashboard of launch can. q and d leave the run as it is: it goes on. Over a network: \
      ssh -t HOST awn-tui attach RUN.
      """)

  @OptionGroup var place: RunArgument
  @Option(
    help:
      "bell, osc9 or osc777: ring, or have the terminal notify the desktop, when the run ends (default: neither)."
  )
  var notify: TerminalAlert?
  @OptionGroup(title: "Dashboard") var flags: ScreenFlags

  mutating func run() throws {
    _ = try RunFolder(of: place.path, isOwned: false)
    try requireTerminal(
      "attach shows a dashboard; over ssh give it a terminal: ssh -t HOST awn-tui attach RUN")
    let waker = Waker()
    let program = try AttachProgram(folder: place.path) { waker.wake() }
    let screen = try DashboardScreen(flags)
    let state = screen.state(of: program.name, isSavedOnQuit: true)
    try program.play(state, on: screen.session, catalogue: screen.catalogue, alert: notify)
  }
}

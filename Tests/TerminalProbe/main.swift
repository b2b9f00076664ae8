import Glibc
import Terminal

let choice = CommandLine.arguments.dropFirst().first.flatMap(ColorChoice.init(rawValue:)) ?? .auto
do throws(TerminalError) {
  Probe(session: try TerminalSession(options: TerminalOptions(color: choice))).run()
} catch {
  report("error \(error)")
  exit(1)
}

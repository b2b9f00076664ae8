import Glibc
import Terminal

let choice = CommandLine.arguments.dropFirst().first.flatMap(ColorChoice.init(rawValue:)) ?? .auto
let options = TerminalOptions(color: choice, usesMouse: CommandLine.arguments.contains("mouse"))
do throws(TerminalError) {
  Probe(session: try TerminalSession(options: options)).run()
} catch {
  report("error \(error)")
  exit(1)
}

import ArgumentParser
import Experiment
import Messaging
import Training
import UserInterface

struct Launch: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Train in the dashboard.")

  @OptionGroup var options: RunOptions
  @OptionGroup(title: "Dashboard") var dashboard: DashboardFlags
  @Flag(help: "Train without this terminal from the beginning; attach shows it.")
  var detach = false

  func validate() throws {
    if detach && options.folder.noOutput {
      throw ValidationError("a detached run is found by its folder: leave --detach or --no-output out")
    }
  }

  mutating func run() throws {
    var configuration = try options.configuration()
    configuration.training.pace = try dashboard.pace(
      default: configuration.training.pace ?? (detach ? nil : configuration.watchingPace))
    let folder = options.folder.folder(for: configuration.name)
    let initial = try options.initialModel(for: configuration)
    let makeRun = { [options] (channels: RunChannels) in
      Run(
        configuration: configuration, folder: folder,
        logFolder: options.folder.logFolder(for: configuration.name, folder: folder), channels: channels,
        isWatched: true, measuresTest: options.output.summary != nil, origin: options.origin,
        checkpointEvery: options.output.checkpointInterval, initial: initial, probes: options.opened.probes)
    }
    guard detach, let folder else { return try DashboardProgram(dashboard, options.output, makeRun).play() }
    try DetachedRun.begin(in: folder, options.output, makeRun)
  }
}

import ArgumentParser
import Experiment
import Training

struct Launch: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Train in the dashboard.")

  @OptionGroup var options: RunOptions
  @OptionGroup(title: "Dashboard") var dashboard: DashboardFlags

  mutating func run() throws {
    var configuration = try options.configuration()
    configuration.training.pace = try dashboard.pace(
      default: configuration.training.pace ?? configuration.watchingPace)
    let folder = options.folder.folder(for: configuration.name)
    let program = try DashboardProgram(dashboard, options.output) { [options] channels in
      Run(
        configuration: configuration, folder: folder,
        logFolder: options.folder.logFolder(for: configuration.name, folder: folder), channels: channels,
        isWatched: true, measuresTest: options.output.summary != nil,
        checkpointEvery: options.output.checkpointInterval, probes: options.opened.probes)
    }
    try program.play()
  }
}

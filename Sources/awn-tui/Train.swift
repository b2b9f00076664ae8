import ArgumentParser
import Datasets
import Experiment
import Foundation
import Training

struct Train: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Train without the dashboard.")
  @OptionGroup var options: RunOptions
  @Option(help: "Write a JSON summary to a file (-: standard output).")
  var summary: String?

  mutating func run() throws {
    let configuration = try options.configuration()
    let dataset = try Dataset.load(configuration.data, seed: configuration.training.seed)
    let channels = RunChannels()
    let trainer = Trainer(configuration: configuration, dataset: dataset, channels: channels, isWatched: false)
    let semaphore = DispatchSemaphore(value: 0)
    Task.detached {
      let outcome = await trainer.run()
      print(Summary(configuration: configuration, problem: dataset.problem, outcome: outcome).json)
      semaphore.signal()
    }
    semaphore.wait()
  }
}

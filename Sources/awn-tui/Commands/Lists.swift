import ArgumentParser
import Experiment
import UserInterface

struct Tasks: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "List the built-in tasks.")

  mutating func run() {
    for task in BuiltInTask.allCases {
      let training = Configuration.defaults(for: task).training
      print(
        task.rawValue.padding(to: 14)
          + "two inputs, two classes; \(training.epochs) epochs of batches of \(training.batchSize)")
    }
  }
}

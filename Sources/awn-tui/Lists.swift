import ArgumentParser
import Canvas
import Experiment

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

struct Themes: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "List the built-in themes.")

  mutating func run() {
    for theme in Theme.builtIn { print(theme.name) }
  }
}

extension String {
  fileprivate func padding(to width: Int) -> String {
    self + String(repeating: " ", count: max(1, width - count))
  }
}

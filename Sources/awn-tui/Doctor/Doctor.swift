import ArgumentParser
import Canvas
import Foundation
import Terminal
import UserInterface

struct Doctor: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show what this terminal and machine can do, and what to improve.",
    discussion: """
      Each check prints ok, or a note followed by what to do. Always exits with 0.
      """)

  mutating func run() {
    let facts = DoctorFacts.gathered(environment: ProcessInfo.processInfo.environment)
    try? Console.print(DoctorReport(facts).text)
  }
}

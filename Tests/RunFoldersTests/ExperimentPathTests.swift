import Foundation
import RunFolders
import Testing

/// The files that an experiment's relative paths mean.
@Suite struct ExperimentPathTests {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private func write(_ text: String, _ name: String) throws -> String {
    let file = URL(filePath: "\(scratch.path)/\(name)")
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try text.write(to: file, atomically: true, encoding: .utf8)
    return file.path
  }

  /// The working directory of the tests has a file of this name, too.
  private static let name = "Package.swift"

  @Test func anExperimentElsewhereMeansTheDataOfItsOwnFolders() throws {
    try #require(FileManager.default.fileExists(atPath: Self.name))
    let experiment = try write("[data]\npath = \"\(Self.name)\"\n", "runs/one/experiment.toml")
    #expect(ExperimentFile.dataPaths(in: experiment) == [Self.name])
    #expect(ExperimentFile.lostData(in: experiment) == Self.name)
    let outer = try write("", Self.name)
    #expect(ExperimentFile.dataPaths(in: experiment) == [outer])
    let inner = try write("", "runs/\(Self.name)")
    #expect(ExperimentFile.dataPaths(in: experiment) == [inner])
    #expect(ExperimentFile.lostData(in: experiment) == nil)
  }

  @Test func whatLeadsNowhereStaysAsItIsWritten() throws {
    let experiment = try write("[data]\npath = \"none.csv\"\ntest_path = \"/none.csv\"\n", "experiment.toml")
    #expect(ExperimentFile.dataPaths(in: experiment) == ["none.csv", "/none.csv"])
  }
}

import Foundation
import RunFolders
import Testing

/// Errors about settings of a file that do not go together name its line.
@Suite struct ExperimentErrorTests {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private func write(_ text: String) throws -> String {
    let path = "\(scratch.path)/experiment.toml"
    try Data(text.utf8).write(to: URL(filePath: path))
    return path
  }

  @Test func aTaskBesideAFileIsAnErrorAtTheFilesLine() throws {
    let path = try write("[data]\ntask = \"spiral\"\npath = \"a.csv\"\n")
    let error = #expect(throws: ExperimentError.self) { try ExperimentFile.configuration(contentsOf: path) }
    #expect(error?.line == 3)
    #expect(error?.reason.hasPrefix("path under [data] says what to train on, and so does task") == true)
  }

  /// At the line of the first setting that the file gives, by the names that it has in the file.
  @Test(arguments: [
    ("--metric goes with --patience or --final best", Optional(4), "metric goes with patience or final best"),
    (
      "--patience needs held-out rows: --validation, above 0", 6,
      "patience needs held-out rows: validation, above 0"
    ),
    ("--lr is too large for --nothing", nil, "--lr is too large for --nothing"),
  ])
  func aContradictionIsAtTheLineOfItsFirstSetting(_ sentence: String, _ line: Int?, _ reason: String) throws {
    let path = try write(
      "[training]\nepochs = 3\nlearning_rate = 1\nmetric = \"loss\"\n[data]\nvalidation = 0.1\ntask = \"spiral\"\n"
    )
    let error = ExperimentFile.error(of: sentence, in: path)
    #expect(error.line == line && error.reason == reason, "\(error)")
  }

  @Test(arguments: ["path", "test_path"]) func anEmptyPathIsAnErrorAtItsLine(key: String) throws {
    let other = key == "path" ? "" : "path = \"a.csv\"\n"
    let path = try write("[data]\n\(other)\(key) = \"\"\n")
    let error = #expect(throws: ExperimentError.self) { try ExperimentFile.configuration(contentsOf: path) }
    #expect(error?.line == (key == "path" ? 2 : 3))
    #expect(error?.reason == "\(key) under [data] must be the path of a file or folder")
  }

  /// A name that nobody could read is none.
  @Test(arguments: ["", "  "])
  func anEmptyNameIsNone(_ name: String) throws {
    let text = "name = \"\(name)\"\n[data]\ntask = \"spiral\"\n"
    #expect(try ExperimentFile.configuration(text, path: "x.toml").name == "spiral")
  }
}

import Experiment
import Foundation
import RunFolders
import Testing

/// Experiments that were edited after their run began.
@Suite struct ExperimentChangeTests {
  private let file: String
  private let scratch: Scratch

  init() throws {
    scratch = try Scratch()
    file = "\(scratch.path)/experiment.toml"
  }

  private static let beginning = ExperimentFile.text(.defaults(for: .spiral))

  /// Of the file as `edit` leaves it.
  private func changes(_ edit: (inout String) -> Void) throws -> [String] {
    var text = Self.beginning
    edit(&text)
    try Data(text.utf8).write(to: URL(filePath: file))
    let now = try ExperimentFile.configuration(contentsOf: file)
    return try ExperimentFile.changes(of: now, in: file, since: Self.beginning)
  }

  @Test func anUntouchedFileHasNone() throws {
    #expect(try changes { _ in }.isEmpty)
    let edited = try changes {
      $0 = "# a comment\n" + $0.replacing("name = \"spiral\"", with: "name = \"x\"")
    }
    #expect(edited.isEmpty)
  }

  /// Whatever the setting is, but for the few that are free.
  @Test(arguments: Setting.all.indices.filter { !Setting.all[$0].is(\.data.task) })
  func everyOtherSettingIsNamedWithBothValues(row: Int) throws {
    let setting = Setting.all[row]
    let (before, after) = try #require(Self.values(setting))
    func text(_ value: String) -> String {
      let section = "[\(setting.section.rawValue)]\n"
      let task = setting.is(\.data.path) ? "" : "task = \"spiral\"\n"
      return "[data]\n" + task + (setting.section == .data ? "" : section) + "\(setting.key) = \(value)\n"
    }
    try Data(text(after).utf8).write(to: URL(filePath: file))
    let now = try ExperimentFile.configuration(contentsOf: file)
    let changes = try ExperimentFile.changes(of: now, in: file, since: text(before))
    let words = "\(setting.key) under [\(setting.section.rawValue)] was \(before) and is \(after)"
    #expect(changes == (ExperimentFile.isFree(setting) ? [] : [words]))
  }

  /// Two values as a file has them.
  private static func values(_ setting: Setting) -> (String, String)? {
    let choices = setting.type.choices
    if choices.count > 1 { return ("\"\(choices[0])\"", "\"\(choices[1])\"") }
    if setting.type == [Int].self { return ("[7, 5]", "[7, 6]") }
    if setting.type == NameList.self { return ("[\"a\"]", "[\"a\", \"b\"]") }
    if setting.type == NormalPrior.self {
      return ("{ mean = 0.25, scale = 0.5 }", "{ mean = 0.25, scale = 0.75 }")
    }
    if setting.type == Fold.self { return ("\"2/5\"", "\"3/5\"") }
    if setting.type == TeacherDuration.self { return ("\"caught-up\"", "7") }
    if setting.type == ClassWeights.self { return ("\"balanced\"", "\"a=2.0,b=0.5\"") }
    if setting.type == Bool.self { return ("true", "false") }
    if setting.type == Double.self { return ("0.375", "0.25") }
    if case .between(let least, _) = setting.range { return ("\(least + 3)", "\(least + 4)") }
    return setting.type.isNumeric ? ("7", "8") : ("\"word\"", "\"other\"")
  }

  /// What absent settings mean, given in so many words, changes nothing, and neither does leaving it out again.
  @Test(arguments: [
    ("training", "label_smoothing = 0.0"), ("training", "final = \"last\""), ("training", "warmup_steps = 0"),
    ("network", "posterior = \"lognormal\""), ("network", "importance_scale = \"first\""),
    ("network", "width_multiplier = 1.0"), ("data", "max_length = 256"), ("data", "coarse = false"),
    ("network", "depth = 2"), ("network", "heads = 4"), ("network", "model_size = 128"),
    ("network", "pooling = \"sum\""),
  ])
  func whatWasGivenAtItsDefaultIsNoChange(section: String, line: String) throws {
    let longer = Self.beginning.replacing("[\(section)]\n", with: "[\(section)]\n\(line)\n")
    #expect(try changes { $0 = longer } == [])
    try Data(Self.beginning.utf8).write(to: URL(filePath: file))
    let now = try ExperimentFile.configuration(contentsOf: file)
    #expect(try ExperimentFile.changes(of: now, in: file, since: longer) == [])
  }

  /// Of a table's run, whose prior on weights depends on what its target is.
  @Test func theDefaultPriorOnWeightsIsThatOfTheProblem() throws {
    let beginning = "[data]\npath = \"rows.csv\"\n"
    func changes(_ scale: Double, _ problem: Problem) throws -> [String] {
      try Data("\(beginning)[prior]\nweight_scale = \(scale)\n".utf8).write(to: URL(filePath: file))
      let now = try ExperimentFile.configuration(contentsOf: file)
      return try ExperimentFile.changes(of: now, in: file, since: beginning, problem: problem)
    }
    #expect(try changes(3, .classification) == [] && changes(0.5, .regression) == [])
    #expect(
      try changes(3, .regression) == ["weight_scale under [prior] was not given and is 3.0"])
  }

  /// With patience a run ends with its best network.
  @Test func whatIsTheDefaultDependsOnOtherSettings() throws {
    let patient = Self.beginning + "patience = 3\n"
    let best = patient + "final = \"best\"\n"
    try Data(best.utf8).write(to: URL(filePath: file))
    let now = try ExperimentFile.configuration(contentsOf: file)
    #expect(try ExperimentFile.changes(of: now, in: file, since: patient) == [])
    #expect(
      try ExperimentFile.changes(of: now, in: file, since: patient + "final = \"last\"\n")
        == ["final under [training] was \"last\" and is \"best\""])
  }

  /// Of a run of an older version, whose settings were fewer.
  @Test func aSettingThatIsNewerThanTheRunIsNoChangeAtItsDefault() throws {
    let older = Self.beginning.replacing("weight_decay = 0.0\n", with: "")
    try Data(Self.beginning.utf8).write(to: URL(filePath: file))
    let now = try ExperimentFile.configuration(contentsOf: file)
    #expect(older != Self.beginning)
    #expect(try ExperimentFile.changes(of: now, in: file, since: older) == [])
  }

  @Test func aLineThatWasRemovedOrAddedIsNamed() throws {
    #expect(try changes { $0 += "patience = 3\n" } == ["patience under [training] was not given and is 3"])
    #expect(
      try changes { $0 = $0.replacing("\nepochs = 500\n", with: "\n") } == [], "that is the default, too")
    let before = Self.beginning + "patience = 3\n"
    try Data(Self.beginning.utf8).write(to: URL(filePath: file))
    let now = try ExperimentFile.configuration(contentsOf: file)
    #expect(
      try ExperimentFile.changes(of: now, in: file, since: before)
        == ["patience under [training] was 3 and is missing"])
  }
}

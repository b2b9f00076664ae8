import Experiment
import RunFolders
import Testing
import awn_tui

/// Every row of the table of settings works from the command line, from a file, and in help.
@Suite struct SettingTableTests {
  private static let settings = Setting.all.filter { !$0.is(\.data.task) && !$0.is(\.data.path) }

  /// A value within the range, as a flag and as a file have it.
  private func sample(_ setting: Setting) -> (argument: String, toml: String) {
    if let choice = setting.type.choices.last { return (choice, "'\(choice)'") }
    if setting.type == [Int].self { return ("7,5", "[7, 5]") }
    if setting.type == NameList.self { return ("-9,b", "['-9', 'b']") }
    if setting.type == NormalPrior.self { return ("0.25,0.5", "{ mean = 0.25, scale = 0.5 }") }
    if setting.type == Fold.self { return ("2/5", "'2/5'") }
    if setting.type == TeacherDuration.self { return ("caught-up", "'caught-up'") }
    if setting.type == ClassWeights.self { return ("a=2,b=0.5", "{ a = 2, b = 0.5 }") }
    if setting.type == Bool.self { return ("true", "true") }
    if setting.type == Double.self { return ("0.375", "0.375") }
    if case .between(let least, _) = setting.range { return ("\(least + 3)", "\(least + 3)") }
    return setting.type.isNumeric ? ("7", "7") : ("word", "'word'")
  }

  /// A value just out of the range; `nil`: there is none.
  private func excess(_ setting: Setting) -> String? {
    switch setting.range {
    case .any, .atMost, .path: nil
    case .positive, .openFraction: "0"
    case .positiveUpTo(let most): "\(most + 1)"
    case .notNegative: setting.type == Double.self ? "-1" : nil
    case .fraction: "1"
    case .atLeast(let least): "\(least - 1)"
    case .between(_, let most): "\(most + 1)"
    }
  }

  private func file(_ setting: Setting, _ value: String) -> String {
    setting.section == .data
      ? "[data]\ntask = 'spiral'\n\(setting.key) = \(value)\n"
      : "[data]\ntask = 'spiral'\n[\(setting.section.rawValue)]\n\(setting.key) = \(value)\n"
  }

  @Test(arguments: settings.indices) func aSettingArrivesByFlagAndByFile(row: Int) throws {
    let setting = Self.settings[row]
    let (argument, toml) = sample(setting)
    let read = try ExperimentFile.configuration(file(setting, toml), path: "e.toml")
    let reading = setting.type.reading(argument)
    let expected = try #require(reading)
    #expect(setting.value(in: read)?.literal == expected.literal, "\(setting.name) in a file")
    // What is written is read again.
    #expect(try ExperimentFile.configuration(ExperimentFile.text(read), path: "again.toml") == read)
    guard setting.isFlagOfRuns else { return }
    let given = try setting.value(fromFlag: argument)
    #expect(given?.literal == expected.literal, "\(setting.name) as a flag")
  }

  /// Names and values of older versions.
  @Test func olderNamesAreAccepted() throws {
    let setting = Setting.of(\.training.finalNetwork)
    #expect(setting.formerFlag == "keep" && setting.formerKey == "keep")
    let former = "[data]\ntask = 'spiral'\n[training]\nkeep = 'best'\n"
    let read = try ExperimentFile.configuration(former, path: "e.toml")
    #expect(read.training.finalNetwork == .best)
    #expect(ExperimentFile.text(read).contains("\nfinal = \"best\"\n"))
    do throws(ExperimentError) {
      _ = try ExperimentFile.configuration(former.replacing("best", with: "worst"), path: "e.toml")
      Issue.record("no such value")
    } catch {
      #expect(error.line == 4 && error.reason.contains("keep"), "\(error)")
    }
    #expect(throws: ExperimentError.self) {
      try ExperimentFile.configuration(former + "final = 'last'\n", path: "e.toml")
    }
    #expect(PriceUnit.reading("cost") == .multiplyAdds && PriceUnit(.text("cost")) == .multiplyAdds)
  }

  @Test(arguments: settings.indices) func outOfRangeIsRefusedInBothWithOneSentence(row: Int) throws {
    let setting = Self.settings[row]
    guard let excess = excess(setting) else { return }
    let line = setting.section == .data ? 3 : 4
    let inFile = setting.type == [Int].self ? "[\(excess)]" : excess
    do throws(ExperimentError) {
      _ = try ExperimentFile.configuration(file(setting, inFile), path: "e.toml")
      Issue.record("\(setting.key) = \(inFile) was read")
    } catch {
      #expect(error.line == line && error.reason.contains(setting.key), "\(error)")
      #expect(error.reason.contains(setting.range.description) || error.reason.contains(setting.type.form))
    }
    // Widths below 1 are no value on the command line at all.
    guard setting.isFlagOfRuns, setting.type != [Int].self else { return }
    let given = try #require(try setting.value(fromFlag: excess))
    var configuration = Configuration.defaults(for: .spiral)
    setting.set(given, in: &configuration)
    #expect(configuration.problem == "\(setting.name) must \(setting.range)")
  }

  /// The file's error states the range in the same words as the flag's error.
  @Test(arguments: settings.filter { $0.type == Int.self }.indices) func aNegativeNumberIsOutOfRangeInAFile(
    row: Int
  ) {
    let setting = Self.settings.filter { $0.type == Int.self }[row]
    let failure = #expect(throws: ExperimentError.self) {
      try ExperimentFile.configuration(file(setting, "-1"), path: "e.toml")
    }
    #expect(
      failure?.reason == "\(setting.key) under [\(setting.section.rawValue)] must \(setting.range)"
    )
  }

  @Test(arguments: settings.indices) func helpStatesTheDefaults(row: Int) {
    let setting = Self.settings[row]
    #expect(setting.help.contains(" (default: ") && setting.help.hasSuffix(")."), "\(setting.help)")
    guard setting.networks.contains(.mlp) && setting.data.contains(.table) else { return }
    for task in BuiltInTask.allCases {
      let text = setting.text(in: .defaults(for: task))
      #expect(setting.help.contains(text), "\(setting.help) does not state \(text)")
    }
  }

  @Test func namesAreDifferent() {
    #expect(Set(Setting.all.compactMap(\.flag)).count == Setting.all.count { $0.flag != nil })
    #expect(Set(Setting.all.map { "\($0.section).\($0.key)" }).count == Setting.all.count)
  }
}

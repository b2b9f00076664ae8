import awn_tui
import Canvas
import Dashboard
import Foundation
import Fuzzing
import Terminal
import Testing
import UserInterface

@Suite struct UserSettingsTests {
  private func refusal(_ text: String) -> SettingsError? {
    do throws(SettingsError) {
      _ = try UserSettings(text: text, path: "config.toml")
      return nil
    } catch {
      return error
    }
  }

  @Test func settingsAreRead() throws {
    let settings = try UserSettings(
      text: """
        theme = "light"
        glyphs = "block"
        color = "256"
        mouse = false
        [keys]
        truncate = "ctrl-t"
        undo = ["z", "alt-u"]   # two
        zoom = "Z"
        redo = []
        """, path: "config.toml")
    #expect(settings.theme == "light" && settings.glyphs == .block && settings.color == .ansi256)
    #expect(settings.mouse == false)
    #expect(settings.keys.keys(of: "truncate") == [.control("t")])
    #expect(settings.keys.keys(of: "undo") == [.character("z"), .alt("u")])
    #expect(settings.keys.keys(of: "redo").isEmpty)
    let nothing = try UserSettings(text: "# nothing\n", path: "config.toml")
    #expect(nothing.keys == .standard && nothing.mouse == nil && nothing.theme == nil && nothing.color == nil)
  }

  @Test(arguments: [
    ("[keys]\n\ntruncat = \"x\"", 3, "there is no command 'truncat': did you mean 'truncate'?"),
    ("[keys]\nxyzzy = \"x\"", 2, "examples/config.toml lists them all"),
    ("[keys]\ntruncate = \"ctrl-i\"", 2, "there is no key “ctrl-i”: write a character"),
    ("[keys]\ntruncate = \"pageup\"", 2, "did you mean “page-up”?"),
    ("[keys]\ntruncate = [\"t\", 3]", 2, "truncate must be a key in quotes"),
    ("[keys]\ntruncate = 3", 2, "truncate must be a key in quotes"),
    ("[keys]\nundo = \"ctrl-c\"", 2, "ctrl-c always quits, and cannot be bound to undo"),
    ("[keys]\nundo = \"enter\"", 2, "enter confirms"),
    (
      "theme = \"light\"\n[keys]\ntruncate = \"c\"", 3,
      "“c” is the standard key of compress: choose another one for truncate"
    ),
    ("[keys]\nquit = \"t\"", 2, "“t” is the standard key of truncate"),
    ("[keys]\nundo = \"y\"\nredo = \"y\"", 3, "“y” is given to both undo and redo"),
    ("keys = 3", 1, "keys must be a section"), ("theme = 3", 1, "theme must be a text"),
    ("\ncolor = \"blue\"", 2, "\"auto\", \"truecolor\""), ("glyphs = true", 1, "\"braille\""),
    ("mouse = \"no\"", 1, "true or false"), ("colour = \"auto\"", 1, "did you mean 'color'?"),
    ("[key]\nundo = \"y\"", 1, "did you mean 'keys'?"), ("[keys", 1, "this is not TOML"),
    ("theme = 1979-05-27", 1, "this is not TOML"),
  ])
  func mistakesAreToldWithTheirLine(text: String, line: Int, words: String) throws {
    let error = try #require(refusal(text), "\(text) was read")
    #expect(error.line == line && error.description.contains(words), "\(error)")
    #expect(error.description.hasPrefix("config.toml:\(line): "))
  }

  // MARK: The example

  private static let example = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appending(path: "../../../examples/config.toml")

  @Test func theExampleIsComplete() throws {
    let text = try String(contentsOf: Self.example, encoding: .utf8)
    let asIs = try UserSettings(text: text, path: "config.toml")
    #expect(asIs.keys == .standard && asIs.theme == nil)
    // With every setting taken in, but for the one that shows a list.
    let all = text.replacing(#/(?m)^# ([a-z]+(-[a-z0-9]+)* = )/#) { String($0.1) }
      .replacing("truncate = [\"t\", \"ctrl-t\"]\n", with: "")
    let settings = try UserSettings(text: all, path: "config.toml")
    #expect(settings.keys == .standard)
    #expect(settings.theme == "light" && settings.glyphs == .braille && settings.color == .auto)
    #expect(settings.mouse == true)
    for way in KeyBinding.all.flatMap(\.commands) { #expect(all.contains("\n\(way.id) = "), "\(way.id)") }
  }

  @Test("Damaged settings are read or refused") func damage() throws {
    let text = try String(contentsOf: Self.example, encoding: .utf8)
    let all = Array(
      text.replacing(#/(?m)^# ([a-z]+(-[a-z0-9]+)* = )/#) { String($0.1) }
        .replacing("truncate = [\"t\", \"ctrl-t\"]\n", with: "").utf8)
    let fragments = [
      "[keys]\n", "[[keys]]\n", "keys.undo = \"y\"\n", "\"ctrl-\"", "\"\\u001b\"", "undo = [[\"u\"]]\n",
      "\"\"\"", "1979-05-27", "inf", "= ", "\"T\"", "mouse = 1\n", "#",
    ].map { Array($0.utf8) }
    var mutator = Mutator(seed: 6)
    var read = 0
    for _ in 0..<fuzzInputs {
      let bytes = mutator.mutated(all, fragments: fragments)
      if let error = refusal(String(decoding: bytes, as: UTF8.self)) {
        let sentence = error.description
        #expect(sentence.hasPrefix("config.toml") && sentence.count > 15 && sentence.count < 700)
        #expect(sentence.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control })
      } else {
        read += 1
      }
    }
    #expect(read > fuzzInputs / 20 && read < fuzzInputs * 19 / 20, "\(read) of \(fuzzInputs) were read")
  }
}

extension EndToEnd {
  /// Settings as the program meets them.
  @Suite struct ConfigurationFolderTests {
    private func launch(
      _ config: String, _ arguments: String..., variable: String = "XDG_CONFIG_HOME", below: String = ""
    ) async throws -> Ended {
      let scratch = try Scratch()
      let folder = "\(scratch.path)\(below)/awn-tui"
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      try config.write(toFile: "\(folder)/config.toml", atomically: true, encoding: .utf8)
      var environment = Program.environment
      environment[variable] = scratch.path
      return try await Program.run(
        ["launch", "spiral", "--no-output"] + arguments, in: scratch, environment: environment)
    }

    @Test func mistakesEndTheProgramBeforeTheScreenIsTaken() async throws {
      let ended = try await launch("[keys]\nundo = \"t\"\n")
      #expect(ended.status == 3 && ended.output.isEmpty)
      #expect(ended.errors.contains("/awn-tui/config.toml:2: “t” is the standard key of truncate"))
      #expect(ended.errors.filter { $0 == "\n" }.count == 1)
      let home = try await launch("mouse = 1\n", variable: "HOME", below: "/.config")
      #expect(home.status == 3 && home.errors.contains("config.toml:1: mouse must be"))
    }

    /// Without a terminal: status 1 says that the settings were taken.
    @Test func aThemeFileIsMeantFromWhereTheSettingsAre() async throws {
      let ended = try await launch("theme = \"mine.toml\"\n")
      #expect(ended.status == 3)
      #expect(ended.errors.contains("/awn-tui/mine.toml: there is no such file"), "\(ended.errors)")
    }

    @Test func aThemeIsLookedForAndFlagsWin() async throws {
      let unknown = try await launch("\ntheme = \"nope\"\n")
      #expect(unknown.status == 3, "\(unknown.errors)")
      #expect(unknown.errors.contains("config.toml:2: there is no theme 'nope'"))
      let overruled = try await launch("theme = \"nope\"\n", "--theme", "light")
      #expect(overruled.status == 1, "\(overruled.errors)")
      let good = try await launch("theme = \"light\"\ncolor = \"256\"\n")
      #expect(good.status == 1, "\(good.errors)")
    }
  }
}

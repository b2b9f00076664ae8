import Dashboard
import Foundation
import Testing

extension EndToEnd {
  /// What `make install` puts beside the program.
  @Suite struct ManualTests {
    private func helpCommands(_ scratch: Scratch) async throws -> [String: Set<String>] {
      let names = ["launch", "train", "compare", "tasks", "themes", "doctor"]
      var flags: [String: Set<String>] = [:]
      for name in names {
        let help = try await Program.run(name, "--help", in: scratch).output
        flags[name] = Set(help.matches(of: /--[a-z][a-z0-9-]+/).map { String($0.output) })
          .subtracting(["--help", "--version"])
      }
      return flags
    }

    @Test func theManualHasEveryCommandAndFlag() async throws {
      let scratch = try Scratch()
      let manual = try await Program.run("generate-manual", in: scratch)
      #expect(manual.status == 0 && manual.output.hasPrefix(".TH AWN-TUI 1 "))
      let text = manual.output.replacing("\\-", with: "-")
      for (command, flags) in try await helpCommands(scratch) {
        #expect(text.contains("\n.SS \(command) "))
        for flag in flags { #expect(text.contains("\\fB\(flag)\\fR"), "\(flag) is missing") }
      }
      #expect(!text.contains("generate-manual"))
      let listing = try await Program.run("--help", in: scratch)
      #expect(!listing.output.contains("generate-manual"))
    }

    @Test func theManualHasEveryKeyAndCommandOfTheDashboard() async throws {
      let manual = try await Program.run("generate-manual", in: try Scratch())
      let text = manual.output.replacing("\\-", with: "-").replacing("\\e", with: "\\")
      for binding in KeyBinding.all {
        #expect(text.contains(binding.description))
        guard binding.keyRange == nil else { continue }
        for way in binding.commands {
          #expect(text.contains(way.id))
          for key in way.keys { #expect(text.contains("\\fB\(key.writtenName)\\fR"), "\(key.name)") }
        }
      }
    }

    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/man"), "there is no man here"))
    func manHasNothingToComplainAbout() async throws {
      let scratch = try Scratch()
      try scratch.file("awn-tui.1", try await Program.run("generate-manual", in: scratch).output)
      let shown = try await Program.run(
        ["-c", "man --warnings -E UTF-8 -l -Tutf8 -Z ./awn-tui.1 > /dev/null"], of: "/bin/sh", in: scratch)
      #expect(shown.status == 0 && shown.errors.isEmpty, "\(shown.errors)")
    }

    @Test(arguments: ["bash", "zsh", "fish"]) func completionsKnowTheCommands(shell: String) async throws {
      let script = try await Program.run("--generate-completion-script", shell, in: try Scratch())
      #expect(script.status == 0)
      for word in ["launch", "compare", "doctor", "learning-rate"] { #expect(script.output.contains(word)) }
    }
  }
}

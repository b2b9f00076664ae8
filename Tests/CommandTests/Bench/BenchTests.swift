import Foundation
import Testing

@Suite("awn-bench", .timeLimit(.minutes(15)))
struct BenchTests {
  private static let path = URL(fileURLWithPath: Program.path).deletingLastPathComponent()
    .appendingPathComponent("awn-bench").path

  private func run(_ arguments: String...) async throws -> Ended {
    try await Program.run(arguments, of: Self.path, in: Scratch())
  }

  @Test func listsWhatItMeasures() async throws {
    let ended = try await run("--list")
    #expect(ended.status == 0)
    let names = ended.output.split(separator: "\n").compactMap { $0.split(separator: " ").first }
    #expect(
      Set(["steps", "drift", "scaling", "peers", "memory", "dashboard"]).isSubset(of: names.map(String.init)))
  }

  @Test func anUnknownNameIsToldWithTheKnownOnes() async throws {
    let ended = try await run("speed")
    #expect(ended.status != 0 && ended.output.isEmpty)
    #expect(
      ended.errors.contains("no benchmark \"speed\"") && ended.errors.contains("steps, products, drift"))
  }

  @Test func aPeerThatIsNotThereIsToldWithWhatToDo() async throws {
    let ended = try await run("peers", "--python", "/no/python")
    #expect(ended.status == 1 && ended.errors.contains("make peers"))
  }

  private struct Output: Decodable {
    struct Figure: Decodable {
      struct Spread: Decodable { var median, lowest, highest: Double, count: Int }
      var name, unit: String
      var value: Spread
    }
    var machine: String
    var results: [String: [Figure]]
  }

  @Test func figuresAreMediansWithTheirSpread() async throws {
    let ended = try await run("curve", "--repetitions", "3", "--json")
    try #require(ended.status == 0, "\(ended.errors)")
    let output = try JSONDecoder().decode(Output.self, from: Data(ended.output.utf8))
    let figures = try #require(output.results["curve"])
    #expect(figures.count == 2 && output.machine.contains("kernels for"))
    for value in figures.map(\.value) {
      #expect(value.count == 3 && value.lowest > 0)
      #expect(value.lowest <= value.median && value.median <= value.highest)
    }
  }

  /// That it ends well says that the dashboard took all inputs, answered at the end, and left the terminal whole.
  @Test(arguments: ["1", "2"]) func randomInputsNeitherEndNorSilenceTheDashboard(seed: String) async throws {
    let ended = try await run("soak", "--frames", "250", "--seed", seed, "--json")
    try #require(ended.status == 0, "\(ended.errors)")
    let output = try JSONDecoder().decode(Output.self, from: Data(ended.output.utf8))
    let figures = try #require(output.results["soak"])
    let value = { (name: String) in figures.first { $0.name == name }?.value.median ?? .nan }
    #expect(value("frames drawn") >= 250 && value("inputs sent") > 50)
    #expect(value("peak") >= value("at the end") && value("at the end") > 1)
  }

  @Test(arguments: [
    (":", "\\033[?1002l\\033[?25h\\033[?1049l", 0, ""),
    (":", "\\033[?25h\\033[?1049l", 1, "mode 1002 is left on"),
    (":", "\\033[?1002l\\033[?1049l", 1, "the cursor is left hidden"),
    (":", "\\033[?1002l\\033[?25h", 1, "mode 1049 is left on"),
    ("unset saved", "\\033[?1002l\\033[?25h\\033[?1049l", 1, "the modes of the line"),
    ("exit 3", "", 1, "it ended with status 3"),
  ])
  func anEndThatIsNotCleanIsFound(key: String, farewell: String, status: Int32, words: String) async throws {
    let ended = try await soak(frames: 5, StandIn(atEachKey: key, farewell: farewell))
    #expect(ended.status == status, "\(ended.errors)")
    #expect(words.isEmpty ? ended.errors.isEmpty : ended.errors.contains(words), "\(ended.errors)")
  }

  /// However many keys a slow program discards as it opens a question, none that comes later answers it.
  @Test(arguments: ["2", "5"]) func noKeyQuitsASlowProgramByAccident(seed: String) async throws {
    let ended = try await soak(frames: 800, seed: seed, StandIn(slowness: 400))
    #expect(ended.status == 0 && ended.errors.isEmpty, "\(ended.errors)")
  }

  /// A script in place of the dashboard.
  private struct StandIn {
    /// A command of the shell.
    var atEachKey = ":"
    var farewell = "\\033[?1002l\\033[?25h\\033[?1049l"
    /// For so many milliseconds after it began to ask whether to quit, it forgets what is typed.
    var slowness = 0

    var script: String {
      """
      #!/bin/sh
      saved=$(stty -g); stty raw -echo min 0 time 1
      printf '\\033[?1049h\\033[?1002h\\033[?25lrunning'
      enter=$(printf '\\r')
      asks=
      while :; do
        printf '\\033[2Jesc closes%s\\033[?2026l' "$asks"
        key=$(dd bs=1 count=1 2>/dev/null)
        [ -n "$key" ] || continue
        \(atEachKey)
        case "$asks$key" in
        q)
          asks=' quit?'; end=$(($(date +%s%N) + \(slowness)000000))
          while [ "$(date +%s%N)" -lt $end ]; do dd bs=1000 count=1 >/dev/null 2>&1; done ;;
        " quit?$enter") break ;;
        *) asks= ;;
        esac
      done
      printf '\(farewell)'
      [ -z "$saved" ] || stty "$saved"
      """
    }
  }

  private func soak(frames: Int, seed: String = "0", _ program: StandIn) async throws -> Ended {
    let scratch = try Scratch()
    try scratch.file("script", program.script)
    // The program is looked for beside the bench. Copied by another process: what this one has open for writing, a
    // child that another test starts meanwhile may hold, and then it cannot be run.
    let copy = "cp script \(scratch.path)/awn-tui; chmod +x awn-tui; cp \(Self.path) awn-bench"
    _ = try await Program.run(["-c", "cd \(scratch.path); \(copy)"], of: "/bin/sh", in: scratch)
    return try await Program.run(
      ["soak", "--frames", "\(frames)", "--seed", seed], of: "\(scratch.path)/awn-bench", in: scratch)
  }
}

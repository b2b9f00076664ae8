import Foundation
import LinearAlgebra
import Testing

extension EndToEnd {
  /// `resume` as people and scripts use it.
  @Suite(.timeLimit(.minutes(20))) struct ResumeTests {
    private typealias Object = [String: Any]

    private func object(_ text: some StringProtocol) throws -> Object {
      try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? Object)
    }

    /// But for what depends on the clock and the machine.
    private func repeatable(_ text: some StringProtocol) throws -> NSDictionary {
      let measured = ["seconds", "steps_per_second", "samples_per_second", "peak_memory_bytes"]
      return try object(text).filter { !measured.contains($0.key) } as NSDictionary
    }

    /// What a run left behind.
    private func metrics(_ folder: String, _ scratch: Scratch) throws -> [NSDictionary] {
      try scratch.lines("\(folder)/metrics.jsonl").map { try repeatable($0) }
    }

    private let experiment = ["double-moon", "--epochs", "60", "--hidden-layers", "2", "--seed", "4"]

    private func train(_ folder: String, _ more: [String] = [], in scratch: Scratch) async throws -> Ended {
      try await Program.run(
        ["train"] + experiment + ["--output", folder, "--summary", "\(folder).json", "--quiet"] + more,
        in: scratch)
    }

    /// At any moment: loading, training, writing a checkpoint, cutting files, ending; until the run was resumed often
    /// enough.
    @Test func aRunThatIsKilledAgainAndAgainEndsAsOneThatIsNot() async throws {
      let scratch = try Scratch(inMemory: true)
      #expect(try await train("whole", in: scratch).status == 0)
      var random = RandomStream(seed: 11, purpose: "kills")
      let resume = ["resume", "killed", "--headless", "--quiet", "--checkpoint-every", "0.002"]
      let begin =
        ["train"] + experiment + ["--output", "killed", "--quiet", "--checkpoint-every", "0.002"]
      // How much happens to files at most before a process is killed: more for one that came no further, and less for
      // one that did.
      var window = 60.0
      var resumptions = 0
      while resumptions < 12 {
        let before = checkpoint(scratch)
        if before == nil { try? FileManager.default.removeItem(atPath: "\(scratch.path)/killed") }
        let status = try await kill(
          before == nil ? begin : resume, afterEvents: Int(window * random.uniform()), in: scratch)
        if status == 0 {
          try expectTheWhole(scratch)
          try FileManager.default.removeItem(atPath: "\(scratch.path)/killed")
          continue
        }
        try #require(status == -SIGKILL)
        let isFurther = checkpoint(scratch) != before
        if isFurther && before != nil { resumptions += 1 }
        window *= isFurther ? 0.9 : 1.2
      }
      if checkpoint(scratch) == nil {
        try? FileManager.default.removeItem(atPath: "\(scratch.path)/killed")
        #expect(try await Program.run(begin, in: scratch).status == 0)
      }
      let ended = try await Program.run(resume + ["--summary", "-"], in: scratch)
      #expect(ended.status == 0 && ended.errors.isEmpty)
      #expect(try repeatable(ended.output) == (try repeatable(try scratch.text("whole.json"))))
      try expectTheWhole(scratch)
    }

    /// Starts the program, and kills it once so much has happened to files; its exit status, or the signal as a
    /// negative number.
    private func kill(
      _ arguments: [String], afterEvents count: Int, in scratch: Scratch
    ) async throws -> Int32 {
      let events = try FolderEvents(scratch.path)
      // Its end is the end of its standard output.
      let output = Pipe()
      let child = try Child(
        Program.path, arguments, in: scratch.path, environment: Program.environment,
        output: output.fileHandleForWriting.fileDescriptor, errors: STDERR_FILENO)
      try output.fileHandleForWriting.close()
      return await onOwnThread {
        var left = count
        let deadline = ContinuousClock.now + .seconds(600)
        while left > 0,
          let happened = events.next(
            until: deadline, hangUp: output.fileHandleForReading.fileDescriptor)
        {
          left -= happened
        }
        if left <= 0 { child.signal(SIGKILL) }
        return child.wait()
      }
    }

    private func checkpoint(_ scratch: Scratch) -> Data? {
      FileManager.default.contents(atPath: "\(scratch.path)/killed/checkpoint.json")
    }

    private func expectTheWhole(_ scratch: Scratch) throws {
      #expect(try metrics("killed", scratch) == (try metrics("whole", scratch)))
      #expect(try scratch.text("killed/events.jsonl") == (try scratch.text("whole/events.jsonl")))
      #expect(try scratch.entries("killed") == (try scratch.entries("whole")))
      for file in ["checkpoint.safetensors", "experiment.toml"] {
        let contents = ["killed", "whole"].map {
          FileManager.default.contents(atPath: "\(scratch.path)/\($0)/\(file)")
        }
        #expect(contents[0] != nil && contents[0] == contents[1], "\(file)")
      }
    }

    @Test func aStoppedRunGoesOn() async throws {
      let scratch = try Scratch()
      #expect(try await train("run", ["--steps", "700"], in: scratch).status == 0)
      let finished = try await Program.run("resume", "run", "--headless", in: scratch)
      #expect(finished.status == 0)
      #expect(
        finished.errors.contains(
          "note: the run is finished at step 700, epoch 5.6: give --epochs to train to a later one"))
      #expect(finished.errors.contains("700 steps"))
      let longer = try await Program.run("resume", "run/", "--headless", "--epochs", "8", in: scratch)
      #expect(longer.status == 0 && longer.errors.contains("1,000 steps"))
      #expect(longer.errors.contains("note: the run goes on at step 700, epoch 5.6"))
      #expect(longer.errors.contains("note: --epochs takes the place of the limit of 700 steps"))
      #expect(longer.errors.contains("epoch 8/8"))
      for none in ["0", "-4"] {
        let refused = try await Program.run("resume", "run", "--headless", "--epochs", none, in: scratch)
        #expect(
          refused.status == 2 && refused.errors.contains("--epochs must be at least 1"), "\(refused.errors)")
      }
      let shorter = try await Program.run("resume", "run", "--headless", "--epochs", "8", in: scratch)
      #expect(shorter.status == 2)
      #expect(
        shorter.errors
          == "awn-tui: run: 8 epochs are done, so the run cannot go on to epoch 8; give a larger --epochs\n")
    }

    @Test func whatCannotGoOnIsRefusedInOneSentence() async throws {
      let scratch = try Scratch()
      func expectRefusal(
        _ status: Int32, _ words: String..., sourceLocation: SourceLocation = #_sourceLocation
      )
        async throws
      {
        let ended = try await Program.run("resume", "run", "--headless", in: scratch)
        #expect(ended.status == status, sourceLocation: sourceLocation)
        #expect(ended.errors.hasPrefix("awn-tui: "), sourceLocation: sourceLocation)
        #expect(ended.errors.filter { $0 == "\n" }.count == 1, sourceLocation: sourceLocation)
        for word in words {
          #expect(ended.errors.contains(word), "\(ended.errors)", sourceLocation: sourceLocation)
        }
      }
      try await expectRefusal(3, "run: no such folder")
      let rows = (0..<40).map { "\($0),\($0 * 7 % 11),\($0 % 2 == 0 ? "a" : "b")" }
      try scratch.file("rows.csv", "x,y,z\n" + rows.joined(separator: "\n") + "\n")
      #expect(
        try await Program.run(
          "train", "--data", "rows.csv", "--epochs", "2", "--output", "run", "--quiet", in: scratch
        ).status == 0)
      let kept = try scratch.text("run/metrics.jsonl")

      try scratch.file("rows.csv", "x,y,z\n" + rows.reversed().joined(separator: "\n") + "\n")
      try await expectRefusal(3, "the data are not those of the checkpoint")
      try scratch.file("rows.csv", "x,y,z\n" + rows.dropLast(9).joined(separator: "\n") + "\n")
      try await expectRefusal(3, "training rows")
      try scratch.file("rows.csv", "x,y,z\n" + rows.joined(separator: "\n") + "\n")

      let experiment = try scratch.text("run/experiment.toml")
      try scratch.file(
        "run/experiment.toml", experiment.replacing("hidden_layers = 1", with: "hidden_layers = 2"))
      let advice = "begin a new run with: awn-tui train run/experiment.toml"
      try await expectRefusal(
        3, "run: experiment.toml is not what the run was trained with: ",
        "hidden_layers under [network] was 1 and is 2; bring that back", advice)
      try scratch.file(
        "run/experiment.toml",
        experiment.replacing("\nlearning_rate = ", with: "\nlearning_rate = 1").replacing(
          "\nprice = ", with: "\nprice = 1"))
      try await expectRefusal(
        3, "price under [network] was 0.01 and is 10.01, learning_rate under [training] was ", advice)
      let other = experiment.replacing("method = \"settle\"", with: "method = \"paper\"")
      try scratch.file("run/experiment.toml", other)
      try await expectRefusal(
        3,
        "method under [network] was \"settle\" and is \"paper\"; bring that back")
      try scratch.file(
        "run/experiment.toml",
        experiment.replacing("[network]\n", with: "[network]\nposterior = \"gaussian\"\n"))
      try await expectRefusal(3, "run/experiment.toml, line ", ": posterior gaussian belongs to method paper")
      try scratch.file("run/experiment.toml", experiment + "\n[training\n")
      try await expectRefusal(3, "run/experiment.toml, line ", "; correct that line")
      try scratch.file("run/experiment.toml", experiment)

      let tensors = try #require(
        FileManager.default.contents(atPath: "\(scratch.path)/run/checkpoint.safetensors"))
      try scratch.file("run/checkpoint.safetensors", tensors.dropLast())
      try await expectRefusal(3, "run/checkpoint.safetensors is missing, damaged, or of another checkpoint")
      try scratch.file("run/checkpoint.safetensors", tensors)

      let lock = try #require(FileHandle(forUpdatingAtPath: "\(scratch.path)/run/.lock"))
      #expect(flock(lock.fileDescriptor, LOCK_EX | LOCK_NB) == 0)
      try await expectRefusal(1, "run is in use")
      try lock.close()

      #expect(try await Program.run("resume", "run", "--headless", in: scratch).status == 0)
      #expect(try scratch.text("run/metrics.jsonl") == kept)
      try FileManager.default.removeItem(atPath: "\(scratch.path)/run/checkpoint.json")
      try await expectRefusal(3, "the folder has no checkpoint.json")
    }

    /// What a table's prior on weights is depends on its target, and a name only labels.
    @Test func whatChangesNothingMayBeAddedAndARunMayBeNamedAnew() async throws {
      let scratch = try Scratch()
      let rows = (0..<40).map { "\($0),\($0 * 7 % 11),\($0 % 2 == 0 ? "a" : "b")" }
      try scratch.file("rows.csv", "x,y,z\n" + rows.joined(separator: "\n") + "\n")
      let train = ["train", "--data", "rows.csv", "--epochs", "2", "--output", "run", "--quiet"]
      #expect(try await Program.run(train, in: scratch).status == 0)
      let experiment = try scratch.text("run/experiment.toml")
      let prior = experiment + "\n[prior]\nweight_scale = "
      try scratch.file("run/experiment.toml", prior + "10\n")
      let refused = try await Program.run("resume", "run", "--headless", in: scratch)
      #expect(
        refused.status == 3 && refused.errors.contains("weight_scale under [prior] was not given and is 10.0")
      )
      try scratch.file(
        "run/experiment.toml",
        (prior + "3\n").replacing("name = \"rows\"", with: "name = \"lines\"")
          .replacing("[network]\n", with: "[network]\ndepth = 2\npooling = \"sum\"\n"))
      let resume = ["resume", "run", "--headless", "--epochs"]
      let named = try await Program.run(resume + ["3", "--summary", "-"], in: scratch)
      #expect(named.status == 0, "\(named.errors)")
      #expect(named.errors.contains("note: the run has another name now: it was rows"), "\(named.errors)")
      #expect(try object(named.output)["task"] as? String == "lines")
      // From now on it is of that name.
      let again = try await Program.run(resume + ["4"], in: scratch)
      #expect(again.status == 0 && !again.errors.contains("another name"), "\(again.errors)")
      #expect(again.errors.contains("lines: "), "\(again.errors)")
    }

    /// Older versions had the paper's method alone, and did not name it.
    @Test func aFileWithoutAMethodIsOfTheCheckpoints() async throws {
      let scratch = try Scratch()
      let paper = ["--method", "paper", "--epochs", "4", "--quiet", "--output", "run"]
      #expect(try await Program.run(["train", "double-moon"] + paper, in: scratch).status == 0)
      let experiment = try scratch.text("run/experiment.toml")
      try scratch.file("run/experiment.toml", experiment.replacing("method = \"paper\"\n", with: ""))
      let ended = try await Program.run("resume", "run", "--headless", "--epochs", "6", in: scratch)
      #expect(ended.status == 0, "\(ended.errors)")
      try scratch.file(
        "run/experiment.toml", experiment.replacing("method = \"paper\"", with: "method = \"settle\""))
      let refused = try await Program.run("resume", "run", "--headless", "--epochs", "7", in: scratch)
      #expect(
        refused.status == 3
          && refused.errors.contains("method under [network] was \"paper\" and is \"settle\""))
    }

    /// Quitting asks nothing, because nothing is lost; the dashboard goes on where it was left.
    @Test(.enabled(if: Tmux.isInstalled, "tmux is not installed: apt-get install tmux"))
    func theDashboardGoesOn() async throws {
      let terminal = try await Tmux(width: 120, height: 36)
      try await terminal.screen(showing: "shell$")
      var steps = [0]
      for (turn, command) in ["launch spiral --pace 50 --epochs 100000 --output run", "resume run"]
        .enumerated()
      {
        try await terminal.enter("clear; $AWN \(command); echo left-$((\(turn) + 1))")
        try await terminal.screen("an evaluation") { $0.contains("held-out accuracy") }
        try await terminal.press("q")
        try await terminal.screen(showing: "left-\(turn + 1)")
        let checkpoint = try object(try terminal.scratch.text("run/checkpoint.json"))
        steps.append(try #require((checkpoint["training"] as? Object)?["step"] as? Int))
      }
      #expect(steps == steps.sorted() && Set(steps).count == 3)
      let events = try terminal.scratch.lines("run/events.jsonl")
      #expect(events.count { $0.contains("started") } == 1 && events.count { $0.contains("stopped") } == 1)
    }
  }
}

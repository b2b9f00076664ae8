import Canvas
import Dashboard
import Experiment
import Testing

/// The screen before a run: the runs there are.
@Suite struct HomeTests {
  private static let runs = [
    RunEntry(
      path: "runs/spiral-1", condition: .finished, data: "spiral", epoch: 500, epochs: 500,
      best: Metrics(loss: .nan, accuracy: 0.998), widths: [67], parameters: 337, age: 3_600),
    RunEntry(
      path: "runs/energy-2", condition: .interrupted, data: "energy.csv", epoch: 12.5, epochs: 300,
      best: Metrics(loss: .nan, rmse: 0.5), widths: [120, 45], parameters: 6_571, age: 100),
    RunEntry(
      path: "/old/runs/spiral-3", condition: .live, data: "spiral", epoch: 3, epochs: 500,
      best: Metrics(loss: .nan, accuracy: 0.7), widths: [200], parameters: 1_002, age: 7_000),
    RunEntry(path: "runs/broken", condition: .unreadable, age: 50),
  ]

  private func home(_ width: Int = 100, _ height: Int = 20, runs: [RunEntry] = Self.runs) -> Home {
    var home = Home(width: width, height: height, glyphs: .braille, theme: Theme.named("dark")!)
    _ = home.take(.runs(runs))
    return home
  }

  @discardableResult
  private func press(_ keys: Key..., in home: inout Home) -> [Home.Effect] {
    keys.reduce([]) { $0 + home.take(.key($1)) }
  }

  private func type(_ text: String, in home: inout Home) {
    for letter in text { _ = home.take(.key(.character(letter))) }
  }

  private func names(_ home: Home) -> [String] {
    home.frame.text.split(separator: "\n").compactMap { line in
      ["spiral-1", "energy-2", "spiral-3", "broken"].first {
        line.contains("  \($0)") || line.contains("▸ \($0)")
      }
    }
  }

  @Test func everyRunSaysWhatItIs() {
    let text = home().frame.text
    let line = text.split(separator: "\n").first { $0.contains("energy-2") }.map(String.init) ?? ""
    for part in ["energy.csv", "interrupted", "12/300", "RMSE 0.5", "120, 45", "6,571", "1 min"] {
      #expect(line.contains(part), "\(line)")
    }
    #expect(text.contains("4 runs · 1 live · by age"))
    #expect(text.contains("/old/runs/spiral-3   best held-out accuracy 70.0 %"))
  }

  /// What to do stands at the end of a message.
  @Test func aLongMessageIsShownToItsEnd() {
    var home = home(80, 12)
    let words = (1...20).map { "word\($0)" }.joined(separator: " ")
    _ = home.take(.message("\(words): do this"))
    let lines = home.frame.text.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.count == 12 && lines[9].contains("word1 word2") && lines[10].contains("word20: do this"))
    #expect(lines[8].contains("╰") && lines[11].contains("quit"))
    for height in 5...8 { #expect(self.home(20, height).frame.height == height) }
  }

  @Test func aPausedRunSaysSo() {
    var run = RunEntry(path: "runs/paused", condition: .live, data: "spiral", epoch: 3, epochs: 500)
    run.isPaused = true
    let text = home(runs: [run]).frame.text
    #expect(text.contains("paused") && !text.contains(" live   ") && text.contains("1 live"))
  }

  /// A run that is over trains no more, though its dashboard can be attached to.
  @Test func aRunThatIsOverIsNotLive() {
    var run = RunEntry(path: "runs/done", condition: .live, data: "spiral", epoch: 500, epochs: 500)
    run.outcome = .finished
    var home = home(runs: [run])
    let text = home.frame.text
    #expect(text.contains("finished, open") && !text.contains("live"), "\(text)")
    #expect(press(.enter, in: &home) == [.attach("runs/done")])
    #expect(press(.character("d"), in: &home).isEmpty)
    #expect(home.frame.text.contains("done is in use: its dashboard is still open; leave that first"))
  }

  /// The best metric says nothing without what it has to beat.
  @Test func theBaselineStandsBesideTheBestMetric() {
    var run = RunEntry(
      path: "runs/churn", condition: .finished, best: Metrics(loss: 0.3, accuracy: 0.9), widths: [12])
    #expect(!home(runs: [run]).frame.text.contains("to beat   "))
    run.baseline = 0.89
    let text = home(120, 20, runs: [run]).frame.text
    #expect(text.contains("best held-out  to beat") && text.contains("90.0 %   89.0 %"), "\(text)")
    #expect(text.contains("runs/churn   best held-out accuracy 90.0 %, 89.0 % to beat"))
    (run.best, run.baseline) = (Metrics(loss: 0.3, rmse: 2.5), 9.25)
    #expect(home(120, 20, runs: [run]).frame.text.contains("best held-out RMSE 2.5, 9.25 to beat"))
  }

  @Test func theFilterIsSaidOfTheRunsAlone() {
    var home = home()
    press(.character("/"), in: &home)
    type("energy", in: &home)
    press(.enter, in: &home)
    #expect(home.frame.text.contains("filter: energy"))
    press(.character("n"), in: &home)
    #expect(!home.frame.text.contains("filter:") && home.frame.text.contains("what to train on"))
  }

  /// Whoever comes back from a run finds the runs as they were.
  @Test func theViewIsKept() {
    var former = home()
    press(.character("s"), .character("/"), in: &former)
    type("spiral", in: &former)
    press(.enter, .down, .character(" "), in: &former)
    var home = Home(width: 100, height: 20, glyphs: .braille, theme: Theme.named("dark")!)
    home.keepView(of: former)
    #expect(home.frame == former.frame && home.frame.text.contains("*spiral-1"))
    press(.escape, .escape, in: &home)
    _ = home.take(.message("cannot be opened"))
    #expect(home.frame.text.contains("▸ spiral-1") && home.frame.text.contains("cannot be opened"))
  }

  /// Live ones first, then by what was chosen.
  @Test func agesAndEpochsSayWhatIsAskedOfThem() {
    var run = RunEntry(path: "runs/a", condition: .finished, epoch: 2, epochs: 1, parameters: 337, age: 2_555)
    #expect(home(runs: [run]).frame.text.contains(/finished +2 +.*42 min/))
    (run.epoch, run.epochs) = (1, 1)
    for (age, text) in [(12, "12 s"), (7_000, "2 h"), (200_000.0, "2 days")] {
      run.age = age
      #expect(home(runs: [run]).frame.text.contains(" \(text) "), "\(home(runs: [run]).frame.text)")
    }
    #expect(home(runs: [run]).frame.text.contains("1/1"))
  }

  @Test func runsAreSorted() {
    var home = home()
    #expect(names(home) == ["spiral-3", "broken", "energy-2", "spiral-1"])
    press(.character("s"), in: &home)
    #expect(names(home) == ["spiral-3", "broken", "energy-2", "spiral-1"])
    press(.character("s"), in: &home)
    #expect(names(home) == ["spiral-3", "spiral-1", "energy-2", "broken"])
    press(.character("s"), in: &home)
    #expect(names(home).first == "spiral-3" && names(home).last == "broken")
    press(.character("s"), in: &home)
    #expect(names(home) == ["spiral-3", "spiral-1", "energy-2", "broken"])
  }

  @Test func theListIsFilteredAsOneTypes() {
    var home = home()
    press(.character("/"), in: &home)
    type("spiral fin", in: &home)
    #expect(names(home) == ["spiral-1"] && home.frame.text.contains("filter: spiral fin_"))
    #expect(press(.enter, in: &home).isEmpty)
    #expect(press(.enter, in: &home) == [.open("runs/spiral-1")])
    press(.escape, in: &home)
    #expect(names(home).count == 4)
    press(.character("/"), in: &home)
    type("zzz", in: &home)
    #expect(home.frame.text.contains("No run matches the filter."))
    #expect(press(.enter, .enter, in: &home).isEmpty)
  }

  @Test func aLiveRunIsAttachedTo() {
    var home = home()
    #expect(press(.enter, in: &home) == [.attach("/old/runs/spiral-3")])
    #expect(press(.character("r"), in: &home) == [.replay("/old/runs/spiral-3")])
  }

  /// Nothing has trained where a cut model lies: a new run begins with it.
  @Test func aModelIsBegunWith() {
    var home = home()
    _ = home.take(.runs([RunEntry(path: "runs/cut", condition: .model)]))
    #expect(home.frame.text.contains("model"))
    #expect(
      press(.enter, in: &home)
        == [.start(.file("runs/cut/experiment.toml"), arguments: ["--from", "runs/cut"])])
  }

  @Test func theSelectedRunStaysSelectedWhenOthersCome() {
    var home = home()
    press(.down, .down, in: &home)
    #expect(press(.enter, in: &home) == [.open("runs/energy-2")])
    _ = home.take(.runs([RunEntry(path: "runs/new", condition: .live)] + Self.runs))
    #expect(press(.enter, in: &home) == [.open("runs/energy-2")])
    // One that is gone leaves the first selected.
    _ = home.take(.runs([Self.runs[0]]))
    #expect(press(.enter, in: &home) == [.open("runs/spiral-1")])
  }

  @Test func throwingARunAwayIsAsked() {
    var home = home()
    // A live one is not thrown away.
    #expect(press(.character("d"), in: &home).isEmpty)
    #expect(home.frame.text.contains("spiral-3 is in use: its run has not ended"))
    press(.end, .character("d"), in: &home)
    #expect(home.frame.text.contains("move runs/spiral-1 to the trash?"))
    #expect(press(.character("n"), in: &home).isEmpty)
    #expect(!home.frame.text.contains("to the trash?") && !home.frame.text.contains("new run├"))
    #expect(press(.delete, .enter, in: &home) == [.discard("runs/spiral-1")])
  }

  @Test func aNewRunIsOfATaskOrAFile() {
    var home = home()
    press(.character("n"), in: &home)
    #expect(home.frame.text.contains("double-moon"))
    #expect(press(.down, .enter, in: &home).isEmpty)
    #expect(home.frame.text.contains("new run: spiral") && home.frame.text.contains("learning rate"))
    #expect(press(.enter, in: &home) == [.start(.task("spiral"))])
    press(.character("n"), in: &home)
    #expect(press(.end, .enter, in: &home) == [.list(".")])
    _ = home.take(
      .files(
        folder: "/data",
        [
          .init(name: "deep", isFolder: true), .init(name: "a.csv", isFolder: false),
          .init(name: "b.csv", isFolder: false),
        ]))
    #expect(home.frame.text.contains("deep/"))
    #expect(press(.enter, in: &home) == [.list("/data/deep")])
    #expect(press(.left, in: &home) == [.list("/data/..")])
    #expect(press(.character("b"), in: &home) == [.preview("/data/b.csv")])
    #expect(press(.enter, .enter, in: &home) == [.start(.file("/data/b.csv"))])
    // Files that come late open nothing.
    _ = home.take(.files(folder: "/data", []))
    #expect(names(home).count == 4)
  }

  /// What is read of the selected file stands beside the names, and a folder may be data as a whole.
  @Test func whatIsReadOfAFileStandsBesideIt() {
    var home = home(100, 30)
    press(.character("n"), .end, .enter, in: &home)
    let entries: [FileChoice.Entry] = [
      .wholeFolder, .init(name: "deep", isFolder: true), .init(name: "a.csv", isFolder: false),
      .init(name: "my.toml", isFolder: false),
    ]
    #expect(home.take(.files(folder: "/data", entries)) == [.preview("/data")])
    #expect(home.frame.text.contains("this folder as a whole") && home.frame.text.contains("reading…"))
    #expect(press(.down, in: &home).isEmpty && home.frame.text.contains("A folder: enter opens it."))
    #expect(press(.down, in: &home) == [.preview("/data/a.csv")])
    // Of another file: too late.
    _ = home.take(.preview(.init(path: "/data", .absent("images"))))
    #expect(home.frame.text.contains("reading…"))
    var target = DataReport.Target(name: "left", problem: .classification)
    (target.classes, target.majority) = (
      [.init(name: "yes", rows: 30), .init(name: "no", rows: 60)], 2.0 / 3
    )
    let report = DataReport(
      name: "a", kind: "rows of a table", rows: 90, training: 54, heldOut: 18, test: 18, features: 3,
      target: target, warnings: ["one row is a point"])
    _ = home.take(.preview(.init(path: "/data/a.csv", .read(report))))
    for part in [
      "a: 90 rows of a table", "left, 2 classes: yes 30, no 60", "accuracy 66.67 %", "warning: one row",
    ] {
      #expect(home.frame.text.contains(part), "\(home.frame.text)")
    }
    #expect(press(.up, .down, in: &home).isEmpty, "what was read is kept")
    // An experiment's own settings stand in the form.
    let experiment = "/data/my.toml"
    #expect(press(.down, in: &home) == [.preview(experiment)])
    var configuration = Configuration.defaults(for: .spiral)
    configuration.training.epochs = 77
    _ = home.take(
      .preview(.init(path: experiment, .absent("An experiment: 77 epochs of spiral."), configuration)))
    #expect(home.frame.text.contains("An experiment: 77 epochs of spiral."))
    press(.enter, in: &home)
    #expect(home.frame.text.contains("(77)") && !home.frame.text.contains("as in the file"))
    press(.escape, in: &home)
    #expect(press(.home, .enter, .enter, in: &home).last == .start(.file("/data")))
    for (width, height) in [(20, 5), (71, 18), (72, 18), (80, 24), (200, 60)] {
      _ = home.take(.resized(width: width, height: height))
      #expect(home.frame.width == width)
    }
  }

  /// Every setting says what it means and what it is; those that are typed become flags, unless they are no values.
  @Test func settingsAreChangedBeforeTheStart() {
    var home = home(100, 30)
    press(.character("n"), .down, .enter, in: &home)
    #expect(home.frame.text.contains("(500)"), "the task's default")
    press(.down, in: &home)
    #expect(home.frame.text.contains("Passes over the training rows"))
    type("0", in: &home)
    #expect(press(.enter, in: &home).isEmpty)
    #expect(home.frame.text.contains("--epochs must be"))
    press(.backspace, in: &home)
    type("20", in: &home)
    press(.down, in: &home)
    type("many", in: &home)
    #expect(press(.enter, in: &home).isEmpty && home.frame.text.contains("--steps must be"))
    press(.control("u"), in: &home)
    #expect(press(.enter, in: &home) == [.start(.task("spiral"), arguments: ["--epochs=20"])])
    press(.character("n"), .enter, .escape, in: &home)
    #expect(home.frame.text.contains("double-moon"))
  }

  @Test func itIsLeft() {
    var home = home()
    #expect(press(.character("q"), in: &home) == [.quit])
    #expect(press(.control("c"), in: &home) == [.quit])
    press(.character("n"), in: &home)
    #expect(press(.escape, in: &home).isEmpty && names(home).count == 4)
  }

  @Test func beforeTheRunsAreReadItSaysSo() {
    var home = Home(width: 80, height: 24, glyphs: .ascii, theme: Theme.named("dark")!)
    #expect(home.frame.text.contains("reading runs.."))
    _ = home.take(.runs([]))
    #expect(home.frame.text.contains("No run yet: n starts one."))
    #expect(home.take(.key(.enter)).isEmpty && home.take(.key(.character("d"))).isEmpty)
    #expect(home.take(.key(.down)).isEmpty)
  }

  /// Whatever the size, the frame has it, and names that would steer a terminal do not.
  @Test func anySizeWillDo() {
    let runs =
      Self.runs + [RunEntry(path: "runs/\u{1B}[2Jbad\n", condition: .diverged, widths: [1, 2, 3, 4, 5])]
    for (width, height) in [(0, 0), (1, 1), (19, 5), (20, 5), (40, 10), (60, 18), (80, 24), (300, 100)] {
      for glyphs in GlyphSet.allCases {
        var home = Home(width: width, height: height, glyphs: glyphs, theme: Theme.named("dark")!)
        _ = home.take(.runs(runs))
        for key in [Key.down, .character("n"), .escape, .end, .character("d")] {
          let frame = home.frame
          #expect(frame.width == width && frame.height == height)
          #expect(
            frame.cells.allSatisfy { !$0.scalar.properties.isNoncharacterCodePoint && $0.isVisible })
          _ = home.take(.key(key))
        }
      }
    }
    // What steers stays: name, state and the metric.
    let narrow = self.home(60, 18).frame.text
    #expect(narrow.contains("energy-2") && narrow.contains("interrupted") && narrow.contains("RMSE 0.5"))
  }
}

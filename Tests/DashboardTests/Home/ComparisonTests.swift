import Canvas
import Dashboard
import Experiment
import Testing

/// Marked runs over each other.
@Suite struct ComparisonTests {
  private static func run(_ name: String, accuracy: Double, epochs: Int, settings: [String: String])
    -> RunComparison.Run
  {
    var run = RunComparison.Run(
      name: name,
      evaluations: (1...epochs).map { epoch in
        RunComparison.Point(
          step: epoch * 10, epoch: Double(epoch), seconds: Double(epoch) / 2,
          metrics: Metrics(loss: 1 / Double(epoch), accuracy: accuracy * (1 - 1 / Double(epoch + 1))),
          widths: [200 - epoch], parameters: 1_000 - epoch)
      },
      front: (1...9).map {
        .init(parameters: $0 * 100, metrics: Metrics(loss: 0.1, accuracy: 0.1 * Double($0)))
      },
      settings: settings)
    // The accuracy grows to the end.
    run.best = run.evaluations.last?.metrics
    return run
  }

  private static let comparison = RunComparison(runs: [
    run("spiral-1", accuracy: 0.9, epochs: 40, settings: ["training.seed": "0", "training.epochs": "40"]),
    run("spiral-2", accuracy: 0.7, epochs: 20, settings: ["training.seed": "1", "training.epochs": "40"]),
  ])

  private func home(_ width: Int = 120, _ height: Int = 36, theme: String = "dark") -> Home {
    var home = Home(width: width, height: height, glyphs: .braille, theme: Theme.named(theme)!)
    _ = home.take(
      .runs(
        ["a", "b", "c"].map {
          RunEntry(path: "runs/\($0)", condition: .finished, parameters: 337)
        }))
    return home
  }

  @Test func twoRunsAreMarkedAndCompared() {
    var home = home()
    #expect(home.take(.key(.character("c"))).isEmpty)
    #expect(home.frame.text.contains("mark two or more runs"))
    for key in [Key.character(" "), .down, .character(" ")] { #expect(home.take(.key(key)).isEmpty) }
    #expect(
      home.frame.text.contains("2 marked") && home.frame.text.contains("▸") && home.frame.text.contains("*"))
    #expect(home.take(.key(.character("c"))) == [.compare(["runs/a", "runs/c"])])
    // A run that is gone is no longer marked.
    _ = home.take(.runs([RunEntry(path: "runs/a", condition: .finished)]))
    #expect(home.frame.text.contains("1 marked"))
    _ = home.take(.key(.escape))
    #expect(!home.frame.text.contains("marked"))
  }

  @Test func whatAFilterHidesIsComparedToo() {
    var home = home()
    for key in [
      Key.character(" "), .character(" "), .character("/"), .character("c"), .enter, .character("c"),
    ] {
      let effects = home.take(.key(key))
      if key == .enter { #expect(effects.isEmpty && home.frame.text.contains("filter: c")) }
      if key == .character("c"), !home.isFiltering { #expect(effects == [.compare(["runs/a", "runs/b"])]) }
    }
    // The filter goes first, then the marks.
    _ = home.take(.key(.escape))
    #expect(home.frame.text.contains("2 marked") && !home.frame.text.contains("filter:"))
  }

  @Test func whoIsLeftOutIsNamed() {
    var (home, comparison) = (home(), Self.comparison)
    comparison.leftOut = ["new-3"]
    _ = home.take(.comparison(comparison))
    #expect(home.frame.text.contains("left out, because nothing was evaluated or read: new-3"))
  }

  @Test func whoIsNotInTheChartIsNamed() {
    var (home, comparison) = (home(160), Self.comparison)
    comparison.leftOut = ["new-3"]
    comparison.runs[1].front = []
    _ = home.take(.comparison(comparison))
    let absent = "not in this chart, because no prices of cuts were recorded: spiral-2"
    #expect(!home.frame.text.contains(absent))
    _ = home.take(.key(.backTab))
    #expect(home.frame.text.contains("trade-off: cuts of each run"))
    #expect(
      home.frame.text.contains(absent) && home.frame.text.contains("nothing was evaluated or read: new-3"))
    // If there are none at all, the chart says so.
    comparison.runs[0].front = []
    _ = home.take(.comparison(comparison))
    _ = home.take(.key(.backTab))
    #expect(!home.frame.text.contains("not in this chart"))
    #expect(home.frame.text.contains("No prices of cuts were recorded"))
  }

  @Test func chartsAreOverEachOtherWithTheirNumbers() {
    var home = home()
    _ = home.take(.comparison(Self.comparison))
    var text = home.frame.text
    for part in ["2 runs compared", "held-out accuracy", "epochs", "spiral-1", "spiral-2", "training.seed"] {
      #expect(text.contains(part), "\(part) in\n\(text)")
    }
    #expect(!text.contains("training.epochs"), "it is the same for both")
    // The first, of 40 epochs, ends at the right; the second before it.
    let ends = text.split(separator: "\n").dropFirst(2).prefix(20).map(String.init)
    #expect(ends.contains { $0.contains("1│") || $0.contains("1 │") })
    #expect(ends.contains { $0.contains("2") })
    for title in ["held-out loss", "width, all layers together", "trade-off: cuts of each run"] {
      _ = home.take(.key(.tab))
      text = home.frame.text
      #expect(text.contains(title))
    }
    #expect(text.contains("parameters"))
    _ = home.take(.key(.tab))
    _ = home.take(.key(.character("t")))
    #expect(home.frame.text.contains("steps"))
    _ = home.take(.key(.escape))
    #expect(home.frame.text.contains("runs/a"))
  }

  /// Whatever the size; in themes without colors strokes tell the curves apart.
  @Test func anySizeWillDo() {
    for (width, height) in [(20, 5), (40, 10), (60, 18), (80, 24), (200, 60)] {
      for theme in ["dark", "light", "monochrome"] {
        var home = home(width, height, theme: theme)
        _ = home.take(.comparison(Self.comparison))
        for key in [Key.tab, .tab, .tab, .down, .pageDown] {
          #expect(home.frame.width == width && home.frame.height == height)
          _ = home.take(.key(key))
        }
      }
    }
    var empty = home()
    _ = empty.take(.comparison(RunComparison(runs: [])))
    #expect(empty.frame.text.contains("0 runs compared"))
  }

  @Test func aNewRunTakesTheSettingsOfAnother() {
    var home = home()
    #expect(home.take(.key(.character("N"))) == [.start(.file("runs/a/experiment.toml"))])
    _ = home.take(.runs([RunEntry(path: "runs/broken", condition: .unreadable)]))
    #expect(home.take(.key(.character("N"))).isEmpty)
    #expect(home.frame.text.contains("the settings of broken cannot be read"))
  }

  @Test func aRowSaysWhatCutsTookAndHowLongItTakes() {
    var home = home(160)
    var run = RunEntry(path: "runs/a", condition: .live, epoch: 3, epochs: 10, parameters: 337, age: 1)
    (run.firstParameters, run.secondsLeft) = (1_162, 200)
    _ = home.take(.runs([run]))
    #expect(home.frame.text.contains("1,162 → 337") && home.frame.text.contains("3:20 min left"))
  }
}

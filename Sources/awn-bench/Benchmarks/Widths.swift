import Foundation
import LinearAlgebra

extension Benchmark {
  /// Settled widths from narrow, usual and wide starts beside fixed widths, and beside a random search that takes as
  /// long as the settled run. One thread; a seed a repetition.
  static let widths = Benchmark(
    name: "widths",
    summary: "settled widths from three starts, beside fixed ones (--data, --runs, --repetitions)"
  ) { settings in
    var book = try RunBook(settings.runs)
    let data = [["double-moon"], ["spiral"], ["spiral-hard"]] + settings.data.map { ["--data", $0] }
    return try data.flatMap { try figures(of: $0, seeds: settings.repetitions, &book) }
  }

  private static let starts = ["0.05", "0.01", "0.002"]
  private static let fixed = [8, 32, 128, 512]
  /// The index among `starts` of the one that most tasks have.
  private static let defaultStart = 1
  /// Widths that a random search draws from, evenly on a logarithmic scale.
  private static let searched = 4.0...1_024

  private static func figures(of data: [String], seeds: Int, _ book: inout RunBook) throws -> [Figure] {
    let name = URL(fileURLWithPath: data[data.count - 1]).lastPathComponent
    var (figures, settled): ([Figure], [BookedRun]) = ([], [])
    func add(_ label: String, _ runs: [BookedRun], settles: Bool) {
      if settles {
        figures.append(Figure("\(name), \(label): width", runs.map(\.width), "neurons"))
      }
      figures.append(Figure("\(name), \(label): test", runs.map(\.metric), runs[0].metricName))
      figures.append(Figure("\(name), \(label): time", runs.map(\.seconds), "s"))
    }
    for start in starts {
      let runs = try (0..<seeds).map { try book.run(data + ["--initial-rate", start], seed: $0) }
      settled += runs
      add("from ν₀ = \(start)", runs, settles: true)
    }
    for width in fixed {
      let runs = try (0..<seeds).map { try book.run(data + ["--fixed-width", "\(width)"], seed: $0) }
      add("fixed \(width)", runs, settles: false)
    }
    let searches = try (0..<seeds).map {
      try search(data, seed: $0, seconds: settled[defaultStart * seeds + $0].seconds, &book)
    }
    add("random search as long as a settled run", searches.map(\.best), settles: true)
    figures.append(
      Figure("\(name), random search: networks", searches.map { Double($0.networks) }, "trained"))
    let widths = settled.map(\.width)
    let spread = (widths.max() ?? 1) / max(1, widths.min() ?? 1)
    let medians = (0..<starts.count).map { Spread(Array(widths[$0 * seeds..<($0 + 1) * seeds])).median }
    figures.append(Figure("\(name): largest over smallest settled width", [spread], "×", target: "≤ 1.5"))
    figures.append(
      Figure(
        "\(name): the same of the starts' medians", [(medians.max() ?? 1) / max(1, medians.min() ?? 1)], "×",
        target: "≤ 1.3"))
    return figures
  }

  /// Trains fixed widths drawn at random, the last one begun within the time; the best on the held-out rows counts.
  private static func search(
    _ data: [String], seed: Int, seconds: Double, _ book: inout RunBook
  ) throws -> (best: BookedRun, networks: Int) {
    var random = RandomStream(seed: UInt64(seed), purpose: "searched widths")
    var runs: [BookedRun] = []
    while runs.reduce(0, { $0 + $1.seconds }) < seconds || runs.isEmpty {
      let part = random.uniform()
      let width = Int((searched.lowerBound * pow(searched.upperBound / searched.lowerBound, part)).rounded())
      var run = try book.run(data + ["--fixed-width", "\(width)"], seed: seed)
      run.width = Double(width)
      runs.append(run)
    }
    let best = runs.max { $0.heldOut ?? -.infinity < $1.heldOut ?? -.infinity }
    return (best ?? runs[0], runs.count)
  }
}

import Experiment

extension Benchmark {
  /// The importance families on SpiralHard, by the paper's method and settled by measurement. One thread; a seed a
  /// repetition.
  static let families = Benchmark(
    name: "families", summary: "the importance families on SpiralHard (--runs, --repetitions)"
  ) { settings in
    var book = try RunBook(settings.runs)
    var figures: [Figure] = []
    for family in ImportanceFamily.allCases {
      for method in [WidthMethod.settle, .paper] {
        let runs = try (0..<settings.repetitions).map {
          try book.run(
            ["spiral-hard", "--importance", family.rawValue, "--method", method.rawValue], seed: $0)
        }
        let name = "\(family.rawValue), \(method.rawValue)"
        figures.append(Figure("\(name): width", runs.map(\.width), "neurons"))
        figures.append(Figure("\(name): test", runs.map(\.metric), runs[0].metricName))
        figures.append(Figure("\(name): time", runs.map(\.seconds), "s"))
      }
    }
    return figures
  }
}

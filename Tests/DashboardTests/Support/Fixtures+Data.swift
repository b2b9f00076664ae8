import Canvas
import Dashboard
import Experiment
import Fuzzing

/// What data were read as, and what a network makes of held-out rows.
extension Fixtures {
  /// A table of houses: a number of each kind of column.
  static let report: DataReport = {
    var target = DataReport.Target(name: "heating", problem: .classification)
    target.classes = [
      .init(name: "gas", rows: 402), .init(name: "heat pump", rows: 158), .init(name: "oil", rows: 40),
    ]
    target.majority = 402 / 600
    var report = DataReport(
      name: "houses", file: "data/houses.csv", kind: "rows of a table", rows: 600, training: 480, heldOut: 60,
      test: 60, features: 14, reading: .init(header: true, delimiter: ";", encoding: .latin1), target: target,
      notes: [
        "column id dropped: it numbers the rows (--numeric id: use it)",
        "12 missing values of area replaced by its mean ('?' taken as missing: --missing)",
      ],
      warnings: [
        "60 held-out rows: one of them is 1.7 % of the accuracy (--folds measures on all rows)"
      ])
    var id = ColumnSummary(name: "id", position: 0, kind: .rowNumber, reason: "it numbers the rows")
    id.features = 0
    var area = ColumnSummary(name: "area", position: 1, kind: .number)
    (area.smallest, area.largest, area.missing, area.features) = ("38.5", "412", 12, 1)
    var roof = ColumnSummary(name: "shape of the roof", position: 2, kind: .category)
    (roof.categories, roof.missing, roof.features) = (6, 31, 7)
    roof.commonest = [
      .init(name: "gabled", rows: 305), .init(name: "hipped", rows: 120), .init(name: "flat", rows: 90),
      .init(name: "mansard", rows: 40), .init(name: "gambrel", rows: 10),
    ]
    var sold = ColumnSummary(name: "sold", position: 3, kind: .date)
    (sold.smallest, sold.largest, sold.features, sold.parts) = (
      "2019-01-02 08:00", "2024-12-30 17:45", 5, ["weekday", "time of year"]
    )
    let street = ColumnSummary(
      name: "street", position: 4, kind: .text, reason: "it has too many different texts to be categories")
    let country = ColumnSummary(
      name: "country", position: 5, kind: .leftOut, reason: "every value of it is 'NL'")
    report.columns = [
      id, area, roof, sold, street, country, ColumnSummary(name: "heating", position: 6, kind: .target),
    ]
    return report
  }()

  /// Of images, which have no columns.
  static let imageReport: DataReport = {
    var target = DataReport.Target(name: "label", problem: .classification)
    target.classes = (0..<10).map { .init(name: "\($0)", rows: 5_800 + 37 * $0) }
    target.majority = 0.1028
    var report = DataReport(
      name: "digits", file: "/data/digits", kind: "gray images", rows: 59_665, training: 53_699,
      heldOut: 5_966,
      test: 0, features: 784, target: target,
      notes: [
        "3 images cannot be read and are left out: 4/0131.png (the file ends too early), 7/0007.png (no PNG), "
          + "7/0912.jpg (no JPEG)"
      ])
    report.shape = "28 × 28 pixels in gray"
    return report
  }()

  /// Most rows right, some confused with the next class, few with any.
  static func predictions(of names: [String], rows: Int, step: Int = 3_900) -> HeldOutPredictions {
    var random = SeededGenerator(seed: 6)
    var counts = [[Int]](repeating: [Int](repeating: 0, count: names.count), count: names.count)
    for row in 0..<rows {
      let actual = row % names.count
      let draw = Double.random(in: 0..<1, using: &random)
      let errors = 0.02 + 0.2 * Double(actual) / Double(names.count)
      let predicted =
        draw > errors
        ? actual
        : draw > errors / 4 ? (actual + 1) % names.count : Int.random(in: 0..<names.count, using: &random)
      counts[actual][predicted] += 1
    }
    return HeldOutPredictions(
      step: step, rows: rows, allRows: rows, .classes(ConfusionMatrix(names: names, counts: counts)))
  }

  /// Prices with a few far from the diagonal.
  static let parity: HeldOutPredictions = {
    var random = SeededGenerator(seed: 7)
    let values = (0..<900).map { row -> PredictedValue in
      let actual = Float(
        50_000 + 450_000 * Double.random(in: 0..<1, using: &random) * Double.random(in: 0..<1, using: &random)
      )
      let spread: Float = row % 40 == 0 ? 90_000 : 18_000
      return PredictedValue(
        actual: actual, predicted: actual + Float.random(in: -spread...spread, using: &random))
    }
    return HeldOutPredictions(
      step: 8_940, rows: 900, allRows: 2_064, .values(ParityValues(target: "price", of: values, limit: 500)))
  }()
}

extension Screens {
  /// The data page.
  static func data(_ report: DataReport = Fixtures.report, width: Int, height: Int) -> State {
    var state = Fixtures.spiralState(width: width, height: height)
    _ = update(&state, .data(report))
    return pressed(state, keys("D"))
  }

  /// The page while a table is being read.
  static func dataWhileLoading(width: Int, height: Int) -> State {
    var state = Fixtures.state("houses", width: width, height: height)
    state.run.dataFile = "data/houses.csv"
    for step in ["100000 rows read", "200000 rows read"] {
      _ = update(&state, .loading(step))
    }
    return pressed(state, keys("D"))
  }

  /// A classifier of so many classes, with its confusion matrix in front.
  static func confusion(classes: [String], rows: Int = 1_785, width: Int, height: Int) -> State {
    let run = Fixtures.fixedWidth
    var inspection = run.inspection
    inspection.input = .classes(
      classes.map { ClassAccuracy(name: $0, rows: rows / classes.count, accuracy: 0.9) })
    var state = Fixtures.state(run.snapshot, inspection, name: "digits", width: width, height: height)
    while state.view.focus != .input { state = pressed(state, [.tab]) }
    state = pressed(state, keys("V"))
    var later = Inspection(step: 3_900, curves: [], contributions: [], input: nil)
    later.predictions = Fixtures.predictions(of: classes, rows: rows)
    _ = update(&state, .inspection(later))
    return state
  }

  static func inMonochrome(_ state: State) -> State {
    var state = state
    state.theme = Theme.named("monochrome")!
    return state
  }

  static let digits = (0..<10).map { "digit \($0)" }
  static let animals = ["cat", "dog", "frog"]
  /// More than any pane has rows for.
  static let birds = (1...120).map { "species of bird \($0)" }

  /// Predicted against true prices.
  static func parity(width: Int, height: Int) -> State {
    let run = Fixtures.regression
    var inspection = run.inspection
    inspection.predictions = Fixtures.parity
    var state = Fixtures.state(run.snapshot, inspection, name: "houses", width: width, height: height)
    while state.view.focus != .input { state = pressed(state, [.tab]) }
    return state
  }

  /// What the predictions of prices miss.
  static func residuals(width: Int, height: Int) -> State {
    pressed(parity(width: width, height: height), keys("V"))
  }
}

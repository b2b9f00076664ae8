import Experiment
import PlainText

extension DataReport {
  /// - Parameter file: the path of the data, as it was given.
  public init(_ dataset: Dataset, file: String? = nil) {
    let (training, heldOut) = (dataset.training.rows, dataset.validation.rows)
    let test = dataset.test?.rows ?? 0
    self.init(
      name: dataset.name, file: file, kind: dataset.preparation.kind.name, rows: training + heldOut + test,
      training: training, heldOut: heldOut, test: test, features: dataset.preparation.featureCount,
      target: Target(dataset), columns: dataset.columns, notes: dataset.notes, warnings: dataset.warnings)
    if dataset.preparation.kind != .translations, let reading = dataset.preparation.reading {
      var hasHeader = true
      if case .columns(_, _, _, let header) = dataset.preparation.inputs { hasHeader = header }
      self.reading = Reading(header: hasHeader, delimiter: reading.delimiter, encoding: reading.encoding)
    }
    if let image = dataset.image {
      shape = "\(image.width) × \(image.height) pixels" + (image.channels > 1 ? " in color" : " in gray")
    } else if let vocabulary = dataset.preparation.vocabulary {
      shape = "tokens of a vocabulary of \(vocabulary.size)"
    }
    addWarnings()
  }

  private mutating func addWarnings() {
    if features > 20 * training {
      warnings.append(
        "\(features) features for \(counted(training, "training row")): few rows to learn so much from")
    }
    if let classes = target.classes, rows > 0 {
      let rare = classes.filter { 100 * $0.rows < rows }
      if !rare.isEmpty {
        warnings.append(
          "\(counted(rare.count, "class")) of less than 1 % of the rows: \(listed(rare.map(\.name)))")
      }
    }
    if heldOut > 0, heldOut < 100, target.problem == .classification {
      warnings.append(
        "\(counted(heldOut, "held-out row")): one of them is \(Self.percent(1 / Double(heldOut))) of the accuracy "
          + "(--folds measures on all rows)")
    }
  }

  private static func percent(_ fraction: Double) -> String {
    let tenths = Int((1000 * fraction).rounded())
    return "\(tenths / 10).\(tenths % 10) %"
  }
}

extension DataReport.Target {
  fileprivate init(_ dataset: Dataset) {
    self.init(name: dataset.targetName)
    let parts = [dataset.training, dataset.validation] + (dataset.test.map { [$0] } ?? [])
    switch dataset.preparation.target {
    case .classes(let names):
      problem = .classification
      var counts = [Int](repeating: 0, count: names.count)
      for case .classes(let labels) in parts.map(\.targets) {
        for label in labels { counts[Int(label)] += 1 }
      }
      classes = zip(names, counts).map { ColumnSummary.Count(name: $0, rows: $1) }
      let all = counts.reduce(0, +)
      majority = all > 0 ? Double(counts.max() ?? 0) / Double(all) : nil
    case .value(let scaling):
      problem = .regression
      (mean, deviation) = (scaling.means[0], scaling.scales[0])
      var (least, greatest) = (Float.infinity, -Float.infinity)
      for case .values(let values, _) in parts.map(\.targets) {
        for value in values { (least, greatest) = (min(least, value), max(greatest, value)) }
      }
      if least <= greatest {
        (smallest, largest) = (scaling.restored(least, at: 0), scaling.restored(greatest, at: 0))
      }
    case .tokens: break
    }
  }
}

import Experiment
import Glibc
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
    sizes = Sizes([dataset.training, dataset.validation] + (dataset.test.map { [$0] } ?? []))
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

extension DataReport.Sizes {
  /// `nil` where observations are equal rows.
  fileprivate init?(_ parts: [Examples]) {
    var (sizes, unit) = ([Int](), "")
    for part in parts {
      let offsets: [Int32]
      switch part.structure {
      case .rows, .pixels: return nil
      case .sequences(let steps): (offsets, unit) = (steps, "steps")
      case .graphs(let graphs): (offsets, unit) = (graphs.nodeOffsets, "nodes")
      case .sentences(let sentences): (offsets, unit) = (sentences.offsets, "tokens")
      }
      sizes += zip(offsets, offsets.dropFirst()).map { Int($1 - $0) }
    }
    guard let smallest = sizes.min(), let largest = sizes.max() else { return nil }
    let mean = Double(sizes.reduce(0, +)) / Double(sizes.count)
    self.init(unit: unit, smallest: smallest, largest: largest, mean: mean)
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
      if let column = dataset.columns.first(where: { $0.kind == .target }),
        let low = column.smallest.flatMap(Double.init), let high = column.largest.flatMap(Double.init)
      {
        (smallest, largest) = (low, high)
        break
      }
      var (least, greatest) = (Float.infinity, -Float.infinity)
      for case .values(let values, _) in parts.map(\.targets) {
        for value in values { (least, greatest) = (min(least, value), max(greatest, value)) }
      }
      if least <= greatest {
        (smallest, largest) = (Self.restored(least, scaling), Self.restored(greatest, scaling))
      }
    case .tokens: break
    }
  }

  /// A value in its own unit, without what standardizing it in single precision has added: 0 is not 3e-8.
  private static func restored(_ value: Float, _ scaling: Scaling) -> Double {
    let restored = scaling.restored(value, at: 0)
    let scale = scaling.scales[0] * Double(max(1, abs(value)))
    guard scale > 0, scale.isFinite else { return restored }
    // Of a negative power of ten, its inverse is exact.
    let exponent = (log10(scale) - 6).rounded(.up)
    let (unit, inverse) = (pow(10, exponent), pow(10, -exponent))
    let rounded =
      exponent > 0 ? (restored / unit).rounded() * unit : (restored * inverse).rounded() / inverse
    return rounded.isFinite ? rounded : restored
  }
}

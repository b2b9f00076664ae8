extension Dataset {
  /// Whether the training rows of a table are those that its preparation was made from, as far as the preparation
  /// shows: numbers have mean 0 and variance 1, and every category and class occurs.
  public var isOfItsPreparation: Bool {
    guard case .columns(let columns, _, _, _) = preparation.inputs else { return true }
    var first = 0
    for column in columns {
      switch column.kind {
      case .number:
        if !isStandardized(training.features, first, training.columns, preparation.featureScaling, first) {
          return false
        }
      case .date: break
      case .categories:
        for feature in first..<first + column.featureCount {
          let occurs = stride(from: feature, to: training.features.count, by: training.columns).contains {
            training.features[$0] != 0
          }
          if !occurs { return false }
        }
      }
      first += column.featureCount
    }
    switch (training.targets, preparation.target) {
    case (.values(let values, _), .value(let scaling)): return isStandardized(values, 0, 1, scaling, 0)
    case (.classes(let classes), .classes(let names)): return Set(classes).count == names.count
    default: return true
    }
  }

  /// Missing numbers, which are 0, change the variance: it is 1 at most.
  private func isStandardized(
    _ values: [Float], _ first: Int, _ step: Int, _ scaling: Scaling, _ index: Int
  ) -> Bool {
    var (sum, squares, count) = (0.0, 0.0, 0.0)
    for place in stride(from: first, to: values.count, by: step) {
      let value = Double(values[place])
      sum += value
      squares += value * value
      count += 1
    }
    guard count > 0 else { return true }
    // Built-in tasks are not standardized.
    if scaling.means[index] == 0 && scaling.scales[index] == 1 { return true }
    return abs(sum / count) < 1e-5 && squares / count < 1 + 1e-4
  }
}

import Experiment

/// Rows of a table.
struct TableDomain: Domain {
  let columns: [InputColumn]
  /// Columns of the file, the target among them.
  let width: Int
  let target: Int
  let hasHeader: Bool

  var kind: DataKind { .table }
  var featureNames: [String] { columns.flatMap(\.featureNames) }

  func inputShape(features: Int) -> InputShape { .features(features) }

  func fits(_ target: Preparation.Target, features: Int) -> Bool {
    target.isOneAnObservation && features > 0 && columns.reduce(0) { $0 + $1.featureCount } == features
      && hasColumn(self.target) && columns.allSatisfy { hasColumn($0.position) }
  }

  func hasColumn(_ position: Int) -> Bool { position >= 0 && position < width }
}

import Experiment

extension ColumnSummary {
  init(_ column: RawColumn, _ position: Int, _ kind: Kind, reason: String? = nil) {
    self.init(name: column.name, position: position, kind: kind, reason: reason)
  }
}

import Experiment

/// What a user says of the columns of a table.
struct ColumnOverrides {
  let options: ReadingOptions
  private var overrides: [Int: ColumnOverride] = [:]

  init(_ options: ReadingOptions, in table: RawTable) throws(DataError) {
    self.options = options
    for position in try table.positions(of: options.numeric?.names ?? []) { overrides[position] = .number }
    for position in try table.positions(of: options.dates?.names ?? []) { overrides[position] = .date }
    for position in try table.positions(of: options.categorical?.names ?? []) {
      overrides[position] = .category
    }
  }

  subscript(position: Int) -> ColumnOverride? { overrides[position] }
}

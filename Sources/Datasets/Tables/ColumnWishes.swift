import Experiment

/// What a user says of the columns of a table.
struct ColumnWishes {
  let options: ReadingOptions
  private var wishes: [Int: ColumnWish] = [:]

  init(_ options: ReadingOptions, in table: RawTable) throws(DataError) {
    self.options = options
    for position in try table.positions(of: options.numeric?.names ?? []) { wishes[position] = .number }
    for position in try table.positions(of: options.dates?.names ?? []) { wishes[position] = .date }
    for position in try table.positions(of: options.categorical?.names ?? []) { wishes[position] = .category }
  }

  subscript(position: Int) -> ColumnWish? { wishes[position] }
}

import Experiment

/// What a user says of the columns of a table.
struct ColumnOverrides {
  let options: ReadingOptions
  private var overrides: [Int: ColumnOverride] = [:]

  /// - Throws: if a column is not there, or if two things are said of it.
  init(_ options: ReadingOptions, in table: RawTable) throws(DataError) {
    self.options = options
    var flags: [Int: String] = [:]
    let said: [(String, NameList?, ColumnOverride)] = [
      ("--numeric", options.numeric, .number), ("--date", options.dates, .date),
      ("--categorical", options.categorical, .category),
    ]
    for (flag, names, override) in said {
      for position in try table.positions(of: names?.names ?? []) {
        let column = table.columns[position]
        if let other = flags[position] ?? (column.isIgnored ? "--ignore" : nil), other != flag {
          throw DataError(.table(.contradiction(other, flag)), file: table.file, column: column.name)
        }
        flags[position] = flag
        overrides[position] = override
      }
    }
  }

  subscript(position: Int) -> ColumnOverride? { overrides[position] }
}

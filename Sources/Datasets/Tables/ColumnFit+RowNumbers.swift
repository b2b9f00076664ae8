extension ColumnFit {
  /// Whether the first column counts the rows, by a name that says so or by none.
  func isRowNumbers(_ column: RawColumn, _ position: Int, _ numbers: NumberCells) -> Bool {
    guard position == 0, table.rows > 1, !column.isUnnamed || table.hasHeader else { return false }
    let isNamed = table.hasHeader && !column.isUnnamed
    if isNamed, !Self.namesOfRowNumbers.contains(column.name.lowercased()) { return false }
    if !table.hasHeader, table.rows < 20 { return false }
    let first = numbers[0]
    guard first == 0 || first == 1 else { return false }
    return (0..<table.rows).allSatisfy { numbers[$0] == first + Double($0) }
  }

  private static let namesOfRowNumbers: Set<String> = [
    "id", "index", "idx", "no", "no.", "nr", "nr.", "#", "row", "rows", "rowid", "row_id", "rownum",
    "row_number",
    "rownames", "row_names", "row.names", "obs", "observation", "unnamed: 0", "sno", "s.no", "s.no.", "sl no",
    "sl.no",
    "serial", "serialno", "serial no", "record", "record_id", "recordid", "case", "passengerid", "level_0",
  ]

}

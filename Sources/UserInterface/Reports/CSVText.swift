/// Lines of CSV below one of column names; cells hold no commas.
package func csvText<Row>(_ columns: [String], _ rows: [Row], cell: (Row, _ column: String) -> String)
  -> String
{
  let lines = rows.map { row in columns.map { cell(row, $0) }.joined(separator: ",") }
  return ([columns.joined(separator: ",")] + lines).joined(separator: "\n") + "\n"
}

/// How the rows of a table's features belong to its observations.
public enum TableStructure: Equatable, Sendable {
  /// One row an observation.
  case rows
  /// A sequence an observation: the first row of each, and one past the last; observations + 1.
  case sequences([Int32])
}

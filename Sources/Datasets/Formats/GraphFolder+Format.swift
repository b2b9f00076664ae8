import Experiment

extension GraphFolder: DataFormat {
  package static let summary = "a folder of graphs (*_A.txt)"
  package static let folderContents: String? = "graphs (*_A.txt)"
  package static let kinds = [DataKind.graphs]

  package static func recognize(_ probe: Probe, _ options: DataOptions) throws(DataError) -> Self? {
    guard let names = probe.names else { return nil }
    return try GraphFolder(probe.path, names: names)
  }

  package func load(_ request: LoadRequest, progress: (String) -> Void) throws(DataError) -> Dataset {
    try .graphs(self, request)
  }

  package func labeledRows(
    preparedBy preparation: Preparation, progress: (String) -> Void
  ) throws(DataError) -> PreparedRows {
    try preparation.graphTable(self, withTargets: true)
  }

  package func unlabeledRows(
    preparedBy preparation: Preparation, progress: (String) -> Void
  ) throws(DataError) -> PreparedRows {
    try preparation.graphTable(self, withTargets: false)
  }
}

import RunFolders

extension Recording {
  /// - Throws: `RunRecordError`, as `compare` does.
  package init(folder: String) throws {
    let record = try RunRecord(folder: folder)
    self.init(
      of: record.configuration, record.evaluations, RunFolder.events(in: folder),
      RunFolder.inspections(in: folder))
  }
}

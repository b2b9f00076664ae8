import Experiment

/// Texts in two languages, line by line: a folder of such files, or a file beside its translation.
package struct ParallelTexts: DataFormat {
  package static let summary = "a folder of texts in two languages (train.en, train.de)"
  package static let folderContents: String? = "text in two languages (train.en, train.de)"
  package static let kinds = [DataKind.translations]

  private let probe: Probe
  /// `nil`: a file without its translation, which is enough to predict.
  private let files: ParallelFiles?

  package static func recognize(_ probe: Probe, _ options: DataOptions) throws(DataError) -> Self? {
    if let names = probe.names {
      guard
        let files = try ParallelFiles(
          folder: probe.path, names: names, source: options.source, target: options.target)
      else { return nil }
      return Self(probe: probe, files: files)
    }
    guard let target = options.target else {
      if options.source != nil { throw DataError(.texts(.noTargetLanguage), file: probe.path) }
      return nil
    }
    // A target may be the column of a table. A source can only be a language.
    guard options.source != nil else {
      guard let files = try? ParallelFiles(file: probe.path, target: target) else { return nil }
      return Self(probe: probe, files: files)
    }
    return Self(probe: probe, files: try? ParallelFiles(file: probe.path, target: target))
  }

  package func load(_ request: LoadRequest, progress: (String) -> Void) throws(DataError) -> Dataset {
    let files = try files(target: request.options.target ?? "")
    if let source = request.options.source, source != files.source {
      throw DataError(.texts(.unknownLanguage(source, available: [files.source])), file: probe.path)
    }
    return try .translations(files, training: text(files.training), request)
  }

  /// The test text where a folder has both.
  package func labeledRows(
    preparedBy preparation: Preparation, progress: (String) -> Void
  ) throws(DataError) -> PreparedRows {
    let files = try files(target: preparation.targetName)
    return try preparation.rows(of: text(files.test ?? files.training))
  }

  /// The lines of the source language, blank ones too.
  package func unlabeledRows(
    preparedBy preparation: Preparation, progress: (String) -> Void
  ) throws(DataError) -> PreparedRows {
    guard probe.names != nil, let files else {
      return (try preparation.rows(of: TextLines(probe.open())), [])
    }
    return (try preparation.rows(of: TextLines(.opened((files.test ?? files.training).source))), [])
  }

  private func files(target: String) throws(DataError) -> ParallelFiles {
    if let files { return files }
    return try ParallelFiles(file: probe.path, target: target)
  }

  private func text(_ part: ParallelFiles.Part) throws(DataError) -> ParallelText {
    let isProbed = part.source == probe.path
    return try ParallelText(part, source: TextLines(isProbed ? probe.open() : .opened(part.source)))
  }
}

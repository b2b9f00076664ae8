import Experiment

/// Texts in two languages, line by line: a folder of such files, or a file beside its translation.
package struct ParallelTexts: DataFormat {
  package static let summary = "a folder of texts in two languages (train.en, train.de)"
  package static let folderContents: String? = "text in two languages (train.en, train.de)"
  package static let kinds = [DataKind.translations]

  private let probe: Probe
  /// `nil`: a file without its translation, which is enough to predict.
  private let files: ParallelFiles?
  /// `nil`: UTF-8, or that of the training files.
  private let encoding: TextEncoding?

  package static func recognize(_ probe: Probe, _ options: DataOptions) throws(DataError) -> Self? {
    let encoding = options.reading.encoding
    if let names = probe.names {
      guard
        let files = try ParallelFiles(
          folder: probe.path, names: names, source: options.source, target: options.target)
      else { return nil }
      return Self(probe: probe, files: files, encoding: encoding)
    }
    guard let target = options.target else {
      if options.source != nil { throw DataError(.texts(.noTargetLanguage), file: probe.path) }
      return nil
    }
    // A target may be the column of a table. A source can only be a language.
    guard options.source != nil else {
      guard let files = try? ParallelFiles(file: probe.path, target: target) else { return nil }
      return Self(probe: probe, files: files, encoding: encoding)
    }
    return Self(
      probe: probe, files: try? ParallelFiles(file: probe.path, target: target), encoding: encoding)
  }

  package func load(_ request: LoadRequest, progress: (String) -> Void) throws(DataError) -> Dataset {
    let files = try files(target: request.options.target ?? "")
    if let source = request.options.source, source != files.source {
      throw DataError(.texts(.unknownLanguage(source, available: [files.source])), file: probe.path)
    }
    return try .translations(files, training: text(files.training, encoding), request)
  }

  /// The test text where a folder has both.
  package func labeledRows(
    preparedBy preparation: Preparation, progress: (String) -> Void
  ) throws(DataError) -> PreparedRows {
    let files = try files(target: preparation.targetName)
    return try preparation.rows(
      of: text(files.test ?? files.training, encoding ?? preparation.reading?.encoding))
  }

  /// The lines of the source language, blank ones too.
  package func unlabeledRows(
    preparedBy preparation: Preparation, progress: (String) -> Void
  ) throws(DataError) -> PreparedRows {
    let encoding = encoding ?? preparation.reading?.encoding
    guard probe.names != nil, let files else {
      return (try preparation.rows(of: TextLines(probe.open(), encoding)), [])
    }
    let source = (files.test ?? files.training).source
    return (try preparation.rows(of: TextLines(.opened(source), encoding)), [])
  }

  private func files(target: String) throws(DataError) -> ParallelFiles {
    if let files { return files }
    return try ParallelFiles(file: probe.path, target: target)
  }

  private func text(
    _ part: ParallelFiles.Part, _ encoding: TextEncoding?
  ) throws(DataError) -> ParallelText {
    let isProbed = part.source == probe.path
    let source = try TextLines(isProbed ? probe.open() : .opened(part.source), encoding)
    return try ParallelText(part, source: source, encoding)
  }
}

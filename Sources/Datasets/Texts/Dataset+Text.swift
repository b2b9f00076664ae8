import Experiment
import PlainText

extension Dataset {
  /// A dataset of translations, whose vocabulary is learned from both sides of the training part.
  ///
  /// - Parameters:
  ///   - files: of all parts. Held-out rows have a file of their own, unless a fold is held out, or are a fraction.
  ///   - text: the training part.
  static func translations(
    _ files: ParallelFiles, training text: ParallelText, _ request: LoadRequest
  ) throws(DataError) -> Dataset {
    let rows = text.rows
    let split = try request.split(
      rows.map { _ in 0 }, file: files.training.source, hasValidation: files.validation != nil,
      hasTest: files.test != nil
    ).mapped { rows[Int($0)] }
    var counts = WordCounts()
    for side in text.columns { for row in split.training { side.with(Int(row)) { counts.add($0) } } }
    var sentences = Sentences(
      Vocabulary(learning: counts, size: request.vocabulary), limit: request.options.longestText)
    func table(_ text: ParallelText, _ rows: [Int32]) throws(DataError) -> Examples {
      Examples(sentences: try sentences.rows(rows, of: text.columns), targets: .none)
    }
    var places = RowPlaces(.line, split)
    func table(
      _ part: ParallelFiles.Part?, else rows: [Int32], _ path: WritableKeyPath<RowPlaces, [Int]>
    ) throws(DataError) -> Examples {
      guard let part else { return try table(text, rows) }
      let text = try ParallelText(part, request.options.reading.encoding)
      places[keyPath: path] = text.rows.map { Int($0) + 1 }
      return try table(text, text.rows)
    }
    let training = try table(text, split.training)
    let held = try table(
      request.options.fold == nil ? files.validation : nil, else: split.validation, \.validation)
    let final = try table(files.test, else: split.test, \.test)
    var notes = sentences.notes
    if rows.count < text.source.count {
      notes.append("\(counted(text.source.count - rows.count, "line")) without text on both sides dropped")
    }
    var preparation = Preparation(
      inputs: .translation(sentences.vocabulary, source: files.source, target: files.target),
      targetName: files.target, target: .tokens, featureScaling: .identity(0),
      reading: request.options.reading.encoding.map { TableReading(encoding: $0) })
    preparation.maxLength = request.options.maxLength
    var dataset = Dataset(
      name: request.name, training: training, validation: held, test: final.rows == 0 ? nil : final,
      preparation: preparation, notes: notes)
    dataset.places = places
    return dataset
  }

  /// A dataset of texts to be classified, whose vocabulary is learned from the training part.
  static func texts(_ data: LabeledTexts, _ request: LoadRequest) throws(DataError) -> Dataset {
    let names = try data.classNames()
    let classes = try data.classes(names)
    let split = try request.split(classes, file: data.file)
    var counts = WordCounts()
    for row in split.training { data.texts[Int(row)].withUnsafeBufferPointer { counts.add($0) } }
    var sentences = Sentences(
      Vocabulary(learning: counts, size: request.vocabulary), limit: request.options.longestText)
    func table(_ rows: [Int32]) -> Examples {
      Examples(sentences: sentences.rows(rows, of: data), targets: .classes(rows.map { classes[Int($0)] }))
    }
    let (training, held, final) = (table(split.training), table(split.validation), table(split.test))
    var preparation = Preparation(
      inputs: .text(sentences.vocabulary, column: data.textName), targetName: data.labelName,
      target: .classes(names), featureScaling: .identity(0), reading: data.reading)
    preparation.maxLength = request.options.maxLength
    var dataset = Dataset(
      name: request.name, training: training, validation: held, test: final.rows == 0 ? nil : final,
      preparation: preparation, notes: data.notes + sentences.notes)
    dataset.places = RowPlaces(.line, split) { data.lines[$0] }
    return dataset
  }
}

extension LoadRequest {
  /// The largest size of the vocabulary.
  fileprivate var vocabulary: Int { options.vocabulary ?? 4_000 }
}

extension DataOptions {
  /// The largest number of tokens of a text.
  fileprivate var longestText: Int { maxLength ?? SentenceRows.longestSentence }
}

extension Examples {
  /// Texts, or translations; their labels lie in the structure.
  init(sentences: SentenceRows, targets: Targets) {
    self.init(
      rows: sentences.rows, columns: 0, features: [], targets: targets, structure: .sentences(sentences))
  }
}

extension Preparation {
  /// Texts of another file.
  ///
  /// - Parameter withClasses: whether their labels are needed.
  func rows(of data: LabeledTexts, withClasses: Bool) throws(DataError) -> PreparedRows {
    var sentences = sentences()
    let rows = sentences.rows(data.texts.indices.map { Int32($0) }, of: data)
    let targets = withClasses ? Targets.classes(try data.classes(classNames)) : .none
    var table = Examples(sentences: rows, targets: targets)
    table.lines = data.lines
    return (table, data.notes + sentences.notes)
  }

  /// Texts with their translations, of other files.
  func rows(of text: ParallelText) throws(DataError) -> PreparedRows {
    var sentences = sentences()
    let rows = try sentences.rows(text.rows, of: text.columns)
    var table = Examples(sentences: rows, targets: .none)
    table.lines = text.rows.map { Int($0) + 1 }
    return (table, sentences.notes)
  }

  /// Lines to be translated, blank ones too.
  func rows(of lines: TextLines) throws(DataError) -> Examples {
    var sentences = sentences()
    return Examples(
      sentences: try sentences.rows((0..<lines.count).map { Int32($0) }, of: [lines]), targets: .none)
  }

  private func sentences() -> Sentences {
    guard let vocabulary else { preconditionFailure("only texts have a vocabulary") }
    return Sentences(vocabulary, limit: longestText)
  }
}

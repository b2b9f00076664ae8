import Experiment

extension Dataset {
  /// A dataset of translations, whose vocabulary is learned from both sides of the training part.
  ///
  /// - Parameters:
  ///   - vocabulary: tokens at most.
  ///   - validation: fraction held out where there is no file of held-out rows; so `test`.
  ///   - fold: which part of the training file is held out, instead of another file or a fraction.
  static func translations(
    _ files: ParallelFiles, name: String, vocabulary: Int, validation: Double, test: Double, fold: Fold?,
    seed: UInt64
  ) throws(DataError) -> Dataset {
    let text = try ParallelText(files.training)
    let rows = text.rows
    let split = try split(
      rows, classes: rows.map { _ in 0 }, validation: files.validation == nil ? validation : 0,
      test: files.test == nil ? test : 0, fold: fold, seed: seed, file: files.training.source)
    var counts = WordCounts()
    for side in text.columns { for row in split.training { side.with(Int(row)) { counts.add($0) } } }
    var sentences = Sentences(Vocabulary(learning: counts, size: vocabulary))
    func table(_ text: ParallelText, _ rows: [Int32]) throws(DataError) -> Examples {
      Examples(sentences: try sentences.rows(rows, of: text.columns), targets: .none)
    }
    func table(_ part: ParallelFiles.Part?, else rows: [Int32]) throws(DataError) -> Examples {
      guard let part else { return try table(text, rows) }
      let text = try ParallelText(part)
      return try table(text, text.rows)
    }
    let training = try table(text, split.training)
    let held = try table(fold == nil ? files.validation : nil, else: split.validation)
    let final = try table(files.test, else: split.test)
    var notes = sentences.notes
    if rows.count < text.source.count {
      notes.append("\(counted(text.source.count - rows.count, "line")) without text on both sides dropped")
    }
    return Dataset(
      name: name, training: training, validation: held, test: final.rows == 0 ? nil : final,
      preparation: Preparation(
        inputs: .translation(sentences.vocabulary, source: files.source, target: files.target),
        targetName: files.target, target: .tokens, featureScaling: .identity(0)), notes: notes)
  }

  /// A dataset of texts to be classified, whose vocabulary is learned from the training part.
  static func texts(
    _ data: LabelledTexts, name: String, vocabulary: Int, validation: Double, test: Double, fold: Fold?,
    seed: UInt64
  ) throws(DataError) -> Dataset {
    let names = try data.classNames()
    let classes = try data.classes(names)
    let split = try split(
      classes.indices.map { Int32($0) }, classes: classes, validation: validation, test: test, fold: fold,
      seed: seed, file: data.file)
    var counts = WordCounts()
    for row in split.training { data.texts[Int(row)].withUnsafeBufferPointer { counts.add($0) } }
    var sentences = Sentences(Vocabulary(learning: counts, size: vocabulary))
    func table(_ rows: [Int32]) -> Examples {
      Examples(sentences: sentences.rows(rows, of: data), targets: .classes(rows.map { classes[Int($0)] }))
    }
    let (training, held, final) = (table(split.training), table(split.validation), table(split.test))
    return Dataset(
      name: name, training: training, validation: held, test: final.rows == 0 ? nil : final,
      preparation: Preparation(
        inputs: .text(sentences.vocabulary, column: data.textName), targetName: data.labelName,
        target: .classes(names), featureScaling: .identity(0)), notes: data.notes + sentences.notes)
  }

  private static func split(
    _ rows: [Int32], classes: [Int32], validation: Double, test: Double, fold: Fold?, seed: UInt64,
    file: String
  ) throws(DataError) -> Split {
    var split: Split
    do {
      split = try Split(classes: classes, validation: validation, test: test, fold: fold, seed: seed)
    } catch {
      throw DataError(error.reason, file: file)
    }
    for part in [\Split.training, \.validation, \.test] {
      split[keyPath: part] = split[keyPath: part].map { rows[Int($0)] }
    }
    return split
  }
}

extension Examples {
  /// Texts, or translations; their labels lie in the structure.
  init(sentences: SentenceRows, targets: Targets) {
    self.init(
      rows: sentences.rows, columns: 0, features: [], targets: targets, structure: .sentences(sentences))
  }
}

extension Preparation {
  /// `nil` unless the rows are texts.
  public var vocabulary: Vocabulary? {
    switch inputs {
    case .text(let vocabulary, _), .translation(let vocabulary, _, _): vocabulary
    default: nil
    }
  }

  /// Texts of another file with their labels, or with their translations beside it; `nil` if the rows are no texts.
  func texts(from path: String) throws(DataError) -> (table: Examples, notes: [String])? {
    switch inputs {
    case .text(let vocabulary, let column):
      let data = try LabelledTexts(InputFile.opened(path), text: column, label: targetName)
      var sentences = Sentences(vocabulary)
      let rows = sentences.rows(data.texts.indices.map { Int32($0) }, of: data)
      let classes = try data.classes(classNames)
      return (Examples(sentences: rows, targets: .classes(classes)), data.notes + sentences.notes)
    case .translation(let vocabulary, _, let target):
      let text = try ParallelText(ParallelFiles(file: path, target: target).training)
      var sentences = Sentences(vocabulary)
      let rows = try sentences.rows(text.rows, of: text.columns)
      return (Examples(sentences: rows, targets: .none), sentences.notes)
    default: return nil
    }
  }

  /// Texts of another file alone, for prediction: of a translation, its lines, blank ones too; `nil` if the rows are no
  /// texts.
  func unlabelledTexts(from path: String) throws(DataError) -> Examples? {
    switch inputs {
    case .text(let vocabulary, let column):
      let data = try LabelledTexts(InputFile.opened(path), text: column)
      var sentences = Sentences(vocabulary)
      return Examples(
        sentences: sentences.rows(data.texts.indices.map { Int32($0) }, of: data), targets: .none)
    case .translation(let vocabulary, _, _):
      let lines = try TextLines(path)
      var sentences = Sentences(vocabulary)
      return Examples(
        sentences: try sentences.rows((0..<lines.count).map { Int32($0) }, of: [lines]), targets: .none)
    default: return nil
    }
  }
}

import Experiment

extension Dataset {
  /// Makes or reads the rows the options ask for, divides them, and prepares them.
  ///
  /// - Parameters:
  ///   - network: what they are for: a recurrent network sees an image as a sequence of pixels.
  ///   - seed: of the built-in tasks' points and of the division into training, validation and test rows.
  ///   - progress: is told now and then how far reading is.
  public static func load(
    _ options: DataOptions, for network: NetworkKind = .mlp, seed: UInt64,
    progress: (String) -> Void = { _ in }
  ) throws(DataError) -> Dataset {
    let test = options.testPath == nil ? options.test : 0
    try check(validation: options.validation, test: test)
    var dataset: Dataset
    switch (options.task, options.path) {
    case (let task?, nil):
      dataset = try builtIn(
        task, validation: options.validation, test: test, fold: options.fold, seed: seed)
    case (nil, let path?):
      dataset = try read(path, options: options, network, test: test, seed: seed, progress: progress)
    case (nil, nil): throw DataError(.noSource)
    case (_?, _?): throw DataError(.twoSources)
    }
    if let path = options.testPath {
      let (table, notes) = try dataset.preparation.table(from: path, progress: progress)
      dataset.test = table
      dataset.notes += notes.map { "test rows: \($0)" }
    }
    return dataset
  }

  private static func read(
    _ path: String, options: DataOptions, _ network: NetworkKind, test: Double, seed: UInt64,
    progress: (String) -> Void
  ) throws(DataError) -> Dataset {
    let vocabulary = options.vocabulary ?? 4_000
    if let text = options.text {
      return try texts(
        LabelledTexts(InputFile.opened(path), text: text, label: options.target), name: name(of: path),
        vocabulary: vocabulary, validation: options.validation, test: test, fold: options.fold, seed: seed)
    }
    if let files = try ParallelFiles(options) {
      return try translations(
        files, name: name(of: path), vocabulary: vocabulary, validation: options.validation,
        test: options.testPath == nil ? test : 0, fold: options.fold, seed: seed)
    }
    let pixels =
      network.architecture.readsPixelsAsSteps ? SequenceLayout.pixels(permutation: options.permutation) : nil
    if let folder = try ColourImageFolder(path) {
      return try colourImages(folder, name: name(of: path), options: options, test: test, seed: seed)
    }
    if let folder = try GraphFolder(path) {
      guard options.target == nil else { throw DataError(.graphs(.targetNamed), file: path) }
      return try graphs(
        folder, validation: options.validation, test: test, fold: options.fold, seed: seed)
    }
    if let folder = try ImageFolder(path) {
      let training = try LabelledImages(images: folder.trainingImages, labels: folder.trainingLabels)
      var dataset = try images(
        training, name: name(of: path), sequence: pixels, validation: options.validation,
        test: folder.testImages == nil ? test : 0, fold: options.fold, seed: seed)
      if options.testPath == nil, let images = folder.testImages, let labels = folder.testLabels {
        dataset.test = try dataset.preparation.table(of: LabelledImages(images: images, labels: labels))
      }
      return dataset
    }
    var input = try InputFile.opened(path)
    if IDXFile.isIDX(try input.peek(4)) {
      return try images(
        LabelledImages(input), name: name(of: path), sequence: pixels, validation: options.validation,
        test: test, fold: options.fold, seed: seed)
    }
    if ColourImages.isNamed(path) {
      return try colourImages(
        ColourImages(input), classNames: ColourImageFolder.classNames(beside: path), options: options,
        test: test, seed: seed)
    }
    if let identifier = options.sequenceID {
      let keys = [identifier] + (options.time.map { [$0] } ?? [])
      let raw = try RawTable(
        input, keys: { (raw) throws(DataError) in try raw.positions(of: keys) }, progress: progress)
      return try sequences(
        raw, name: name(of: path), target: options.target, validation: options.validation, test: test,
        fold: options.fold, seed: seed)
    }
    return try table(
      RawTable(input, progress: progress), name: name(of: path), target: options.target,
      validation: options.validation, test: test, fold: options.fold, seed: seed)
  }

  private static func check(validation: Double, test: Double) throws(DataError) {
    for (option, value) in [("validation", validation), ("test", test)] where !(0..<1).contains(value) {
      throw DataError(.badFraction(option: option, value: value))
    }
    if validation + test >= 1 { throw DataError(.fractionsLeaveNothing) }
  }

  /// What a path leads to; rows of a table if that cannot be told.
  public static func kind(of options: DataOptions) -> DataKind {
    guard let path = options.path else { return .table }
    if options.text != nil { return .texts }
    if options.source != nil || (try? ParallelFiles(options)) != nil { return .translations }
    if let folder = try? ColourImageFolder(path) { return folder.training.isEmpty ? .table : .colourImages }
    if (try? GraphFolder(path)) != nil { return .graphs }
    if let folder = try? ImageFolder(path) { return folder.trainingImages.isEmpty ? .table : .images }
    guard var input = try? InputFile.opened(path), let start = try? input.peek(4) else { return .table }
    if IDXFile.isIDX(start) { return .images }
    if ColourImages.isNamed(path) { return .colourImages }
    return options.sequenceID == nil ? .table : .sequences
  }

  /// The last part of the path, without `.gz` and the extension before it.
  public static func name(of path: String) -> String {
    var name = path.split(separator: "/").last.map(String.init) ?? path
    for _ in 0..<2 {
      guard let point = name.lastIndex(of: "."), point > name.startIndex else { break }
      let isCompressed = name[point...] == ".gz"
      name = String(name[..<point])
      if !isCompressed { break }
    }
    return name
  }
}

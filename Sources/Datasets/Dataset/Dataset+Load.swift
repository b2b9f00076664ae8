import Experiment

extension Dataset {
  /// Makes or reads the rows that the options ask for, divides and prepares them.
  ///
  /// - Parameters:
  ///   - network: what the rows are for: a recurrent network reads an image as a sequence of pixels.
  ///   - seed: of the built-in tasks' points and of the division into training, validation and test rows.
  ///   - probes: of paths that were opened before.
  ///   - preparation: of a run that goes on, or of its model: the rows of a table are prepared by it.
  ///   - progress: called periodically with the progress of reading.
  public static func load(
    _ options: DataOptions, for network: NetworkKind = .mlp, seed: UInt64, probes: Probes = Probes(),
    preparedBy preparation: Preparation? = nil,
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
      let request = LoadRequest(
        name: name(of: path), options: options, network: network, test: test, seed: seed,
        preparation: preparation)
      dataset = try DataFormats.recognized(probes[path], options).load(request, progress: progress)
      if options.target != nil, dataset.preparation.imageShape != nil {
        dataset.warnings.append("--target says nothing about images, which have no columns")
      }
    case (nil, nil): throw DataError(.request(.noSource))
    case (_?, _?): throw DataError(.request(.twoSources))
    }
    if let path = options.testPath {
      var rows = try dataset.preparation.placedTable(
        from: path, options.reading, probes: probes, progress: progress)
      dataset.places?.test = rows.table.lines ?? []
      rows.table.lines = nil
      dataset.test = rows.table
      dataset.notes += rows.notes.map { "test rows: \($0)" }
    }
    return dataset
  }

  private static func check(validation: Double, test: Double) throws(DataError) {
    for (option, value) in [("validation", validation), ("test", test)] where !(0..<1).contains(value) {
      throw DataError(.request(.badFraction(option: option, value: value)))
    }
    if validation + test >= 1 { throw DataError(.request(.fractionsLeaveNothing)) }
  }

  /// The kind of data that a path leads to; `.table` if it cannot be detected, for which `load` gives the reason.
  public static func kind(of options: DataOptions, probes: Probes = Probes()) -> DataKind {
    (try? detectedKind(of: options, probes: probes)) ?? .table
  }

  /// The kind of data that a path leads to.
  ///
  /// - Throws: if it cannot be detected, as `load` does; nothing can be said then about what goes with the data.
  public static func detectedKind(
    of options: DataOptions, probes: Probes = Probes()
  ) throws(DataError) -> DataKind {
    guard let path = options.path else { return .table }
    return try DataFormats.recognized(probes[path], options).kind
  }

  /// The last part of the path, without `.gz` and the extension before it.
  public static func name(of path: String) -> String {
    if path == "-" { return "stdin" }
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

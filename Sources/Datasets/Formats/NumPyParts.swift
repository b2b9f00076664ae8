/// Arrays that belong together: inputs with their targets, of training rows and perhaps of others.
struct NumPyParts {
  struct Part {
    var inputs: NumPyArray
    var targets: NumPyArray?
  }

  var training: Part
  var validation: Part?
  var test: Part?

  private static let pairs = [
    ("x", "y"), ("data", "target"), ("data", "targets"), ("data", "labels"), ("features", "labels"),
    ("features", "targets"), ("images", "labels"), ("arr_0", "arr_1"),
  ]
  private static let trainingNames = ["train", "training"]
  private static let validationNames = ["val", "valid", "validation"]
  private static let testNames = ["test", "testing"]

  /// The parts of an archive, by the usual names, in capitals or not.
  static func of(_ archive: ZipArchive) throws(DataError) -> NumPyParts {
    let names = archive.names.filter { $0.hasSuffix(".npy") }.map { String($0.dropLast(4)) }
    func array(_ wanted: [String]) throws(DataError) -> NumPyArray? {
      guard let name = names.first(where: { wanted.contains($0.lowercased()) }),
        let bytes = try archive.contents(name + ".npy")
      else { return nil }
      return try NumPyArray(bytes, file: archive.file)
    }
    func part(_ parts: [String]) throws(DataError) -> Part? {
      for (inputs, targets) in pairs {
        func spellings(_ name: String) -> [String] {
          parts.flatMap { $0.isEmpty ? [name] : ["\(name)_\($0)", "\($0)_\(name)", "\(name)\($0)"] }
        }
        if let found = try array(spellings(inputs)) {
          return Part(inputs: found, targets: try array(spellings(targets)))
        }
      }
      return nil
    }
    var training = try part(trainingNames)
    if training == nil { training = try part([""]) }
    if training == nil, names.count == 1, let only = try array([names[0].lowercased()]) {
      training = Part(inputs: only)
    }
    let (validation, test) = (try part(validationNames), try part(testNames))
    guard let first = training ?? test else { throw DataError(.numpy(.noArray(names)), file: archive.file) }
    return NumPyParts(
      training: first, validation: validation, test: training == nil ? nil : test)
  }

  /// A single array, and the arrays beside its file that are called alike.
  ///
  /// - Throws: also if an array beside it is there, but cannot be read.
  static func of(_ bytes: [UInt8], path: String) throws(DataError) -> NumPyParts {
    let array = try NumPyArray(bytes[...], file: path)
    func beside(_ path: String?) throws(DataError) -> NumPyArray? {
      guard let path, isFile(path), !isPipe(path) else { return nil }
      return try NumPyArray(NumPyParts.contents(path)[...], file: path)
    }
    var parts = NumPyParts(
      training: Part(inputs: array, targets: try beside(targetsPath(path))))
    if let testPath = replaced(path, trainingNames[0], by: testNames[0]), let inputs = try beside(testPath) {
      parts.test = Part(inputs: inputs, targets: try beside(targetsPath(testPath)))
    }
    return parts
  }

  private static func contents(_ path: String) throws(DataError) -> [UInt8] {
    var input = try InputFile.opened(path)
    return try input.rest()
  }

  /// `y_train.npy` of `X_train.npy`, `labels.npy` of `images.npy`; `nil`: the name says nothing.
  private static func targetsPath(_ path: String) -> String? {
    for (inputs, targets) in pairs.dropLast() {
      for name in [inputs, inputs.uppercased()] {
        if let other = replaced(path, name, by: targets), isFile(other) { return other }
      }
    }
    return nil
  }

  /// A path whose file's name has one word for another.
  private static func replaced(_ path: String, _ word: String, by other: String) -> String? {
    var folder = path.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard let file = folder.popLast(), let point = file.firstIndex(of: ".") else { return nil }
    var words = file[..<point].split(separator: "_", omittingEmptySubsequences: false).map(String.init)
    guard let place = words.firstIndex(of: word) else { return nil }
    words[place] = other
    return (folder + [words.joined(separator: "_") + file[point...]]).joined(separator: "/")
  }
}

extension NumPyParts.Part {
  private var rows: Int { inputs.shape[0] }
  private var columns: Int { inputs.shape.count == 1 ? 1 : inputs.shape[1] }

  /// The target of each row as text; `nil` if there are no targets.
  ///
  /// - Parameter file: named in errors.
  func targetTexts(file: String) throws(DataError) -> [String]? {
    guard let targets else { return nil }
    let isColumn = targets.shape.count == 2 && targets.shape[1] == 1
    guard targets.shape.count == 1 || isColumn, targets.shape[0] == rows else {
      throw DataError(.numpy(.targetShape(targets.shape, rows: rows)), file: file)
    }
    return (0..<rows).map { targets.text(at: isColumn ? [$0, 0] : [$0]) }
  }

  /// Throws if targets that are numbers are values rather than classes.
  ///
  /// - Parameter file: named in errors.
  func requireClasses(file: String) throws(DataError) {
    guard targets?.isText == false, let cells = try targetTexts(file: file) else { return }
    for (row, cell) in cells.enumerated() {
      guard let value = Double(cell) else { throw DataError(.numpy(.undefinedTarget(row: row)), file: file) }
      if !value.isFinite || value != value.rounded() {
        throw DataError(.numpy(.valueOfImage(cell, row: row)), file: file)
      }
    }
    let different = Set(cells).count
    if rows >= Self.fewRows, 2 * different > rows {
      throw DataError(.numpy(.manyTargets(different, rows: rows)), file: file)
    }
  }

  /// With fewer images than this, each may have a class of its own.
  private static let fewRows = 100

  /// The table as comma-separated text, the target, if there is one, last: x0, x1, …, y.
  ///
  /// - Parameter file: named in errors.
  func text(file: String) throws(DataError) -> [UInt8] {
    guard inputs.shape.count == 1 || inputs.shape.count == 2, columns <= RawTable.maxColumns else {
      throw DataError(.numpy(.shape(inputs.shape)), file: file)
    }
    // The table that is made of the text needs as much for each cell.
    try checkMemory(bytes: 8 * rows * (columns + (self.targets == nil ? 0 : 1)), file: file)
    let targets = try targetTexts(file: file)
    var bytes = Array(
      ((0..<columns).map { "x\($0)" } + (targets == nil ? [] : ["y"])).joined(separator: ",").utf8)
    bytes.append(UInt8(ascii: "\n"))
    func append(_ cell: String, isText: Bool) {
      guard isText else { return bytes.append(contentsOf: cell.utf8) }
      // Quoted, so that whatever is in it stays one cell.
      bytes.append(UInt8(ascii: "\""))
      bytes.append(contentsOf: cell.replacing("\"", with: "\"\"").utf8)
      bytes.append(UInt8(ascii: "\""))
    }
    for row in 0..<rows {
      for column in 0..<columns {
        if column > 0 { bytes.append(UInt8(ascii: ",")) }
        append(
          inputs.text(at: inputs.shape.count == 1 ? [row] : [row, column]), isText: inputs.isText)
      }
      if let targets {
        if columns > 0 { bytes.append(UInt8(ascii: ",")) }
        append(targets[row], isText: self.targets?.isText ?? false)
      }
      bytes.append(UInt8(ascii: "\n"))
    }
    return bytes
  }
}

import Glibc

/// The pictures of a folder: in a subfolder for each class, or without classes.
struct PictureTree {
  /// One part of the data: its folder, and the pictures of each class, both sorted by name.
  struct Part {
    var path: String
    var classes: [(name: String, files: [String])]
    /// Pictures in formats that are not read here.
    var others: [String] = []

    var count: Int { classes.reduce(0) { $0 + $1.files.count } }
  }

  let training: Part
  private(set) var validation: Part?
  private(set) var test: Part?

  /// `nil` if the folder has no subfolder with pictures.
  ///
  /// - Parameter names: of what is in the folder, sorted.
  init?(_ path: String, names: [String]) throws(DataError) {
    func part(_ candidates: String...) throws(DataError) -> Part? {
      for name in names where candidates.contains(name.lowercased()) {
        if let part = try Self.part("\(path)/\(name)") { return part }
      }
      return nil
    }
    if let training = try part("train", "training") {
      self.training = training
      validation = try part("val", "valid", "validation")
      test = try part("test", "testing")
    } else if let whole = try Self.part(path, names: names) {
      training = whole
    } else {
      return nil
    }
  }

  /// The classes in a folder; `nil` if it has none with pictures.
  private static func part(_ path: String, names known: [String]? = nil) throws(DataError) -> Part? {
    var found = known
    if found == nil { found = try fileNames(inFolder: path)?.sorted() }
    guard let names = found else { return nil }
    var (classes, others): ([(String, [String])], [String]) = ([], [])
    for name in names where !name.hasPrefix(".") && !isFile("\(path)/\(name)") {
      guard let files = try fileNames(inFolder: "\(path)/\(name)") else { continue }
      let pictures = files.filter(PictureFile.isNamed).sorted().map { "\(path)/\(name)/\($0)" }
      if !pictures.isEmpty { classes.append((name, pictures)) }
      others += files.filter(PictureFile.isNamedAsAnother).sorted().map { "\(path)/\(name)/\($0)" }
    }
    return classes.isEmpty ? nil : Part(path: path, classes: classes, others: others)
  }

  /// All files of all parts.
  var files: [String] {
    [training, validation, test].compactMap(\.self).flatMap { $0.classes.flatMap(\.files) }
  }

  /// The pictures that lie in a folder itself, sorted.
  static func pictures(in path: String, names: [String]) -> [String] {
    names.filter(PictureFile.isNamed).map { "\(path)/\($0)" }
  }
}

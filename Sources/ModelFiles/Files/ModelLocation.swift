import Foundation

/// Where a saved network is: a JSON file and a safetensors file beside it.
public struct ModelLocation: Equatable, Sendable {
  public let folder: String
  /// Of both files, without extension.
  public let name: String

  /// `checkpoint.json` and `checkpoint.safetensors` in a folder, or another name's.
  public init(folder: String, name: String = "checkpoint") {
    self.folder = folder
    self.name = name
  }

  /// The JSON file's path.
  public var document: String { path("\(name).json") }
  /// The safetensors file's path.
  public var tensors: String { path("\(name).safetensors") }
  /// The safetensors file of the checkpoint before, while a new one is being put in its place.
  var previousTensors: String { path("\(name).previous.safetensors") }
  /// What is being written.
  var temporaryDocument: String { path(".\(name).json.tmp") }
  var temporaryTensors: String { path(".\(name).safetensors.tmp") }

  private func path(_ file: String) -> String { folder == "/" ? "/\(file)" : "\(folder)/\(file)" }
}

extension ModelFile {
  /// The files that a user's path means: a folder with a checkpoint in it, or either file of one.
  public static func locate(_ path: String) throws(ModelFileError) -> ModelLocation {
    var status = stat()
    let isThere = stat(path, &status) == 0
    if isThere, status.st_mode & S_IFMT == S_IFDIR {
      let location = ModelLocation(folder: trimmed(path))
      guard access(location.document, F_OK) == 0 else {
        throw ModelFileError(.access(.noModelInFolder(name: "\(location.name).json")), file: path)
      }
      return location
    }
    let place = FilePath(path)
    for suffix in [".json", ".safetensors"] where place.name.hasSuffix(suffix) && place.name != suffix {
      let location = ModelLocation(folder: place.folder, name: String(place.name.dropLast(suffix.count)))
      guard access(location.document, F_OK) == 0 else {
        throw ModelFileError(.access(.notFound), file: isThere ? location.document : path)
      }
      return location
    }
    throw ModelFileError(.access(isThere ? .notAModel : .notFound), file: path)
  }

  private static func trimmed(_ folder: String) -> String {
    var result = folder[...]
    while result.count > 1, result.hasSuffix("/") { result = result.dropLast() }
    return String(result)
  }
}

import AtomicFiles
import Foundation

extension ModelFile {
  /// The model at a path as users give it: a folder with a checkpoint in it, or either file of a model.
  ///
  /// - Throws: if there is no such model; the files are not read.
  public static func locate(_ path: String) throws(ModelFileError) -> ModelLocation {
    var status = stat()
    let isThere = stat(path, &status) == 0
    if isThere, status.st_mode & S_IFMT == S_IFDIR {
      let location = ModelLocation(folder: trimmed(path))
      guard access(path, X_OK) == 0 else {
        throw ModelFileError(.access(.unreadable(code: errno)), file: path)
      }
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

import Foundation
import ModelFiles
import PlainText

/// What a command about a model makes, but for folders.
enum OutputFile {
  /// Throws if there is a folder where a file is to be.
  static func check(_ path: String) throws(ModelCommandError) {
    var isFolder: ObjCBool = false
    if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue {
      throw .isFolder(path)
    }
  }

  /// The same, and throws if it is one of the files that the command reads, or of a run's or model's own.
  static func check(_ path: String, sparing inputs: [String]) throws(ModelCommandError) {
    try check(path)
    guard let file = FilePath.real(path) else { return }
    let place = FilePath(file)
    for input in inputs.compactMap(FilePath.real)
    where input == file || input == place.folder && isOwn(place.name) {
      throw .isInUse(path)
    }
  }

  /// Whether a run or a model keeps a file of this name in its folder.
  private static func isOwn(_ name: String) -> Bool {
    name.hasPrefix("checkpoint.") || [".json", ".jsonl", ".toml"].contains { name.hasSuffix($0) }
  }

  /// Whole or not at all; to a device or a pipe directly.
  static func write(_ data: Data, to path: String) throws {
    try check(path)
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT != S_IFREG else {
      return try AtomicFile.write(data, to: path)
    }
    do {
      let handle = try FileHandle(forWritingTo: URL(filePath: path))
      defer { try? handle.close() }
      try handle.write(contentsOf: data)
    } catch {
      throw ModelCommandError.cannotWrite(path, reason: reason(error))
    }
  }

  /// The same, to a place that a user named: a file that it takes is said to be replaced.
  static func replace(_ data: Data, at path: String) throws {
    var status = stat()
    let isReplaced = stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    try write(data, to: path)
    if isReplaced {
      Console.tell(notes: ["\(sanitized(path, limit: 300)) was there already and is replaced"])
    }
  }

  /// On standard output.
  static func print(_ data: Data) throws(ModelCommandError) {
    do {
      try FileHandle.standardOutput.write(contentsOf: data)
    } catch {
      throw .cannotWrite("standard output", reason: reason(error))
    }
  }

  static func print(_ text: String) throws(ModelCommandError) { try print(Data(text.utf8)) }

  /// The system's words for it, without Foundation's around them.
  static func reason(_ error: any Error) -> String { systemReason(error) }
}

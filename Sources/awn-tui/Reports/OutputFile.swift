import Foundation
import ModelFiles
import PlainText
import Training

/// What a command about a model makes, but for folders.
enum OutputFile {
  /// Throws if there is a folder where a file is to be, or if no file can be made there.
  static func check(_ path: String) throws(ModelCommandError) {
    var status = stat()
    if stat(path, &status) == 0, status.st_mode & S_IFMT != S_IFREG {
      if status.st_mode & S_IFMT == S_IFDIR { throw .isFolder(path) }
      return
    }
    // A file is replaced by a new one beside it.
    let folder = FilePath(FilePath.real(path) ?? path).folder
    if access("\(folder)/.", W_OK) != 0 { throw .cannotWrite(path, reason: systemReason(errno)) }
  }

  /// The same, and throws if the file is read by the command or kept by the model's run, or if the model was trained on
  /// it.
  ///
  /// - Parameter other: what the command reads beside the model.
  static func check(
    _ path: String, sparing model: ModelArgument, and other: String? = nil
  ) throws(ModelCommandError) {
    try check(path)
    guard let file = FilePath.real(path), let location = try? ModelFile.locate(model.path) else { return }
    let place = FilePath(file)
    if FilePath.real(location.folder) == place.folder && isOwn(place.name) { throw .isInUse(path) }
    let experiment = RunFolder.experiment(in: location.folder)
    let read = [other].compactMap(\.self) + ExperimentFile.dataPaths(in: experiment)
    for input in read.compactMap(FilePath.real) where input == file || file.hasPrefix(input + "/") {
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
    let descriptor = open(path, O_WRONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw ModelCommandError.cannotWrite(path, reason: systemReason(errno)) }
    defer { close(descriptor) }
    let failure = data.withUnsafeBytes { FileOperations.writeAll($0, to: descriptor) }
    if failure != 0 { throw ModelCommandError.cannotWrite(path, reason: systemReason(failure)) }
  }

  /// The same, to a place that a user named: a file that it takes is said to be replaced.
  static func replace(_ data: Data, at path: String) throws {
    let isReplaced = AtomicFile.isRegular(path)
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
  static func reason(_ error: any Error) -> String {
    switch error as? ModelCommandError {
    case .cannotWrite(_, let reason)?: reason
    case .isFolder?: "it is a folder"
    default: systemReason(error)
    }
  }
}

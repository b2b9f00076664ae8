import AtomicFiles
import Foundation
import ModelFiles
import PlainText
import RunFolders
import UserInterface

/// What a command about a model makes, but for folders.
enum OutputFile {
  /// Throws if there is a folder, or a link that leads nowhere, where a file is to be, or if no file can be made there.
  static func check(_ path: String) throws(ModelCommandError) {
    if let reason = NewPlace.brokenLink(path) { throw .cannotWrite(path, reason: reason) }
    var status = stat()
    if stat(path, &status) == 0, status.st_mode & S_IFMT != S_IFREG {
      if status.st_mode & S_IFMT == S_IFDIR { throw .isFolder(path) }
      return
    }
    // A file is replaced by a new one beside it.
    let folder = FilePath(FilePath.real(path) ?? path).folder
    if let reason = NewPlace.obstacle(in: folder) { throw .cannotWrite(path, reason: reason) }
  }

  /// The same, and throws if the file is read by the command or kept by a run, or if the model was trained on it.
  ///
  /// - Parameter other: what the command reads beside the model.
  static func check(
    _ path: String, sparing model: ModelArgument, and other: String? = nil
  ) throws(ModelCommandError) {
    try check(path)
    guard let file = FilePath.real(path) else { return }
    if isOfRun(FilePath(file)) { throw .isInUse(path) }
    let folder = (try? ModelFile.locate(model.path))?.folder
    let data = folder.map { ExperimentFile.dataPaths(in: RunFolder.experiment(in: $0)) }
    let read = [other, model.path].compactMap(\.self) + (data ?? [])
    for input in read.compactMap(FilePath.real) where input == file || file.hasPrefix(input + "/") {
      throw .isInUse(path)
    }
  }

  /// Whether the file is one that a run or a model keeps in its folder, whichever run it is.
  private static func isOfRun(_ file: FilePath) -> Bool {
    let isOfModel = file.name.hasPrefix("checkpoint.")
    guard isOfModel || [".json", ".jsonl", ".toml"].contains(where: file.name.hasSuffix) else { return false }
    return FileManager.default.fileExists(atPath: RunFolder.experiment(in: file.folder))
      || isOfModel && FileManager.default.fileExists(atPath: ModelLocation(folder: file.folder).document)
  }

  /// Whether something is there that takes what is written, and keeps nothing: a device or a pipe.
  static func isStream(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && ![S_IFREG, S_IFDIR].contains(status.st_mode & S_IFMT)
  }

  /// Whole or not at all; to a device or a pipe directly.
  static func write(_ data: Data, to path: String) throws {
    try check(path)
    guard isStream(path) else { return try AtomicFile.write(data, to: path) }
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

  /// CSV on standard output: as it is for programs and files, but a terminal is not steered by what stands in the data.
  static func printTable(_ data: Data) throws(ModelCommandError) {
    guard isatty(STDOUT_FILENO) == 1 else { return try print(data) }
    try print(printable(String(decoding: data, as: UTF8.self)))
  }

  /// Lines with every control and direction character escaped.
  static func printable(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { sanitized(String($0), limit: .max) }
      .joined(separator: "\n")
  }

  /// The system's words for it, without Foundation's around them.
  static func reason(_ error: any Error) -> String {
    switch error as? ModelCommandError {
    case .cannotWrite(_, let reason)?: reason
    case .isFolder?: "it is a folder"
    default: systemReason(error)
    }
  }
}

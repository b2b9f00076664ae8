import AtomicFiles
import Foundation

/// The two files of a checkpoint, replaced so that a reader finds the old pair or the new one and never one file of
/// each, wherever the writer or the machine stops.
///
/// The JSON file contains the size and the CRC-32 of its safetensors file. A reader chooses `checkpoint.safetensors` or
/// `checkpoint.previous.safetensors`, whichever matches them. At any time one of the two does:
///
/// | after this step | JSON | safetensors | previous |
/// |---|---|---|---|
/// | 1. both new files are synced under temporary names | old | old | |
/// | 2. the old safetensors file gets a second name (a hard link) | old | old | old |
/// | 3. the new safetensors file replaces the old name | old | new | old |
/// | 4. the new JSON file replaces the old one: from now on the checkpoint is the new one | new | new | old |
/// | 5. the second name is removed | new | new | |
///
/// The folder is synced after steps 2, 3 and 4, so that this holds after a loss of power too. A writer that finds the
/// second name of a writer that was stopped keeps it as long as the JSON file needs it. A lock on the folder, which the
/// system releases when a process ends, excludes other writers, and readers that have not found a pair.
package struct CheckpointFiles {
  private let location: ModelLocation
  private let operations: FileOperations
  /// The largest JSON file that is read, in bytes.
  static let largestDocument = 1 << 28

  package init(_ location: ModelLocation, _ operations: FileOperations = .system) {
    self.location = location
    self.operations = operations
  }

  /// Replaces both files. After a failure the old checkpoint is in place, without temporary files.
  ///
  /// - Parameter document: contains the seal of `tensors`.
  package func write(document: Data, tensors: Data) throws(ModelFileError) {
    let lock = lockFolder()
    defer { if lock >= 0 { close(lock) } }
    // A writer that was stopped may have left some.
    removeTemporaries()
    var hasNewTensors = false
    do throws(ModelFileError) {
      try perform(location.tensors) { $0.create(location.temporaryTensors, tensors) }
      try perform(location.document) { $0.create(location.temporaryDocument, document) }
      try keepPrevious()
      try perform(location.tensors) { $0.rename(location.temporaryTensors, location.tensors) }
      hasNewTensors = true
      try perform(location.tensors) { $0.syncFolder(location.folder) }
      try perform(location.document) { $0.rename(location.temporaryDocument, location.document) }
    } catch {
      restoreTensors(replaced: hasNewTensors)
      removeTemporaries()
      throw error
    }
    try perform(location.document) { $0.syncFolder(location.folder) }
    _ = operations.remove(location.previousTensors)
  }

  /// Gives the JSON file's tensors their second name, unless they have it.
  private func keepPrevious() throws(ModelFileError) {
    if isThere(location.previousTensors) {
      if !isThere(location.document) || isCurrent(location.previousTensors) && !isCurrent(location.tensors) {
        return
      }
      try perform(location.previousTensors) { $0.remove(location.previousTensors) }
    }
    guard isThere(location.tensors) else { return }
    try perform(location.previousTensors) { operations in
      let failure = operations.link(location.tensors, location.previousTensors)
      return failure == 0 ? 0 : copyPrevious()
    }
    try perform(location.previousTensors) { $0.syncFolder(location.folder) }
  }

  /// For file systems without hard links.
  private func copyPrevious() -> Int32 {
    guard let data = try? AtomicFile.read(location.tensors, limit: .max) else { return EIO }
    return operations.create(location.previousTensors, data)
  }

  /// Gives the old tensors their name again, if they have lost it.
  private func restoreTensors(replaced: Bool) {
    if isThere(location.previousTensors) {
      if isCurrent(location.tensors) {
        _ = operations.remove(location.previousTensors)
      } else {
        _ = operations.rename(location.previousTensors, location.tensors)
      }
    } else if replaced {
      _ = operations.remove(location.tensors)
    }
  }

  private func removeTemporaries() {
    for path in [location.temporaryTensors, location.temporaryDocument] where isThere(path) {
      _ = operations.remove(path)
    }
  }

  private func perform(
    _ path: String, _ step: (FileOperations) -> Int32
  ) throws(ModelFileError) {
    let failure = step(operations)
    if failure != 0 { throw ModelFileError(.access(.unwritable(code: failure)), file: path) }
  }

  private func isThere(_ path: String) -> Bool { access(path, F_OK) == 0 }

  /// Whether the JSON file was written with the tensors at a path.
  private func isCurrent(_ path: String) -> Bool {
    guard let document = try? AtomicFile.read(location.document, limit: Self.largestDocument),
      let seal = try? ModelDocument.seal(document, file: location.document)
    else { return false }
    return content(path, seal) != nil
  }

  /// The file's bytes; `nil` if they do not match the seal.
  private func content(_ path: String, _ seal: Seal) -> Data? {
    guard let data = try? AtomicFile.read(path, limit: seal.bytes), data.count == seal.bytes else {
      return nil
    }
    return Seal(data) == seal ? data : nil
  }

  /// The descriptor of the locked folder; -1 where folders cannot be locked.
  private func lockFolder(_ kind: Int32 = LOCK_EX) -> Int32 {
    let descriptor = open(location.folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    if descriptor >= 0 { while flock(descriptor, kind) != 0, errno == EINTR {} }
    return descriptor
  }
}

extension CheckpointFiles {
  /// A JSON file and the tensors that it was written with.
  package func read() throws(ModelFileError) -> (document: Data, tensors: Data) {
    if let pair = try readPair() { return pair }
    // A writer may have replaced both files between the two reads: look again with no writer at work.
    let lock = lockFolder(LOCK_SH)
    defer { if lock >= 0 { close(lock) } }
    if let pair = try readPair() { return pair }
    throw ModelFileError(.model(.noMatchingTensors(file: location.tensors)), file: location.document)
  }

  /// `nil` if neither of the two safetensors files is that of the JSON file.
  private func readPair() throws(ModelFileError) -> (document: Data, tensors: Data)? {
    let document = try AtomicFile.read(location.document, limit: Self.largestDocument)
    let seal = try ModelDocument.seal(document, file: location.document)
    for path in [location.tensors, location.previousTensors] {
      if let tensors = content(path, seal) { return (document, tensors) }
    }
    return nil
  }
}

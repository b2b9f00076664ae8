import Synchronization

/// A path, opened once: what it leads to, its first bytes, and the open file for the format that reads it.
///
/// A pipe can be read only once. So all questions about the data are answered from the bytes that were read when the
/// probe was made, and `open` continues after them.
public final class Probe: Sendable {
  /// The path as the user gave it.
  public let path: String
  /// The names in the folder, sorted; `nil` if the path does not lead to a folder that can be listed.
  let names: [String]?
  /// The first bytes of the file, decompressed, as many as there are up to `startSize`.
  let start: [UInt8]
  /// Why neither a folder nor a file could be opened.
  let failure: DataError?
  private let source: Mutex<Source>

  /// Enough for the signature of every format.
  static let startSize = 512

  /// The file as the next reader gets it.
  private struct Source: ~Copyable {
    var input: InputFile?
    let isPipe: Bool
    /// The whole contents, decompressed, if they were kept.
    var contents: [UInt8]?

    init(input: consuming InputFile?, isPipe: Bool) {
      self.input = input
      self.isPipe = isPipe
    }
  }

  /// Opens the path. An error is thrown when the file is asked for.
  public init(_ path: String) {
    self.path = path
    var opened = Opened()
    do throws(DataError) {
      try opened.open(path)
    } catch {
      opened.failure = error
    }
    (names, start, failure) = (opened.names, opened.start, opened.failure)
    source = Mutex(Source(input: opened.input.take(), isPipe: opened.isPipe))
  }

  /// Contents that are in memory.
  init(_ path: String, contents: [UInt8]) {
    self.path = path
    (names, start, failure) = (nil, Array(contents.prefix(Self.startSize)), nil)
    var held = Source(input: nil, isPipe: false)
    held.contents = contents
    source = Mutex(held)
  }

  /// A pipe that stays closed.
  init(unopened path: String) {
    self.path = path
    (names, start, failure) = (nil, [], DataError(.file(.pipeReadTwice), file: path))
    source = Mutex(Source(input: nil, isPipe: true))
  }

  private struct Opened: ~Copyable {
    var names: [String]?
    var start: [UInt8] = []
    var failure: DataError?
    var input: InputFile?
    var isPipe = false

    mutating func open(_ path: String) throws(DataError) {
      names = try fileNames(inFolder: path)?.sorted()
      guard names == nil else { return }
      var file = try InputFile.opened(path)
      start = try file.peek(Probe.startSize)
      isPipe = file.isPipe
      if start.isEmpty, path == "-" { throw DataError(.file(.emptyInput), file: path) }
      input = consume file
    }
  }

  /// The file from its first byte. A regular file can be opened repeatedly, a pipe only if its contents were kept.
  func open() throws(DataError) -> InputFile {
    if let failure { throw failure }
    if let input = source.withLock({ source in source.input.take() }) { return input }
    let (contents, isPipe) = source.withLock { ($0.contents, $0.isPipe) }
    if let contents { return InputFile(path, contents: contents) }
    if isPipe { throw DataError(.file(.pipeReadTwice), file: path) }
    return try .opened(path)
  }

  /// Reads a pipe to its end and keeps its contents, so that it can be opened repeatedly; nothing for other files.
  public func keepContents() throws(DataError) {
    guard source.withLock({ $0.isPipe && $0.contents == nil }) else { return }
    var input = try open()
    let contents = try input.rest()
    source.withLock { $0.contents = contents }
  }
}

/// The probes of one command: each path is opened once, whoever asks for it.
public final class Probes: Sendable {
  private let probes = Mutex<[String: Probe]>([:])
  package let opensPipes: Bool

  /// - Parameter opensPipes: false where the data are not read: opening a pipe waits for its writer.
  public init(opensPipes: Bool = true) { self.opensPipes = opensPipes }

  /// The probe of a path, made at the first request.
  public subscript(path: String) -> Probe {
    probes.withLock { probes in
      if let known = probes[path] { return known }
      let probe = opensPipes || !isPipe(path) ? Probe(path) : Probe(unopened: path)
      probes[path] = probe
      return probe
    }
  }
}

import Canvas
import Foundation
import Glibc
import Messaging
import Testing
import UserInterface

/// Theme files are read again when they are saved. Every test waits for what the kernel tells, never for a time.
@Suite struct ThemeWatcherTests {
  private let scratch: Scratch
  private let mailbox = Mailbox<ThemeNews>()

  init() throws { scratch = try Scratch() }

  private func watch(folder: String? = nil, files: [String: String] = [:]) throws -> ThemeWatcher {
    let mailbox = mailbox
    let watcher = ThemeWatcher(folder: folder, files: files) { mailbox.send($0) }
    return try #require(watcher)
  }

  /// The next of the news; a test that waits in vain is ended by its time limit.
  private func next() async -> [ThemeNews] {
    await mailbox.wait()
    return mailbox.drain()
  }

  /// Waits until `theme` is read, and checks that each reading names the one before it.
  ///
  /// A child process that another test starts holds copies of this process's descriptors until it executes its program.
  /// The kernel reports a file as closed when the last copy is closed. So a file that was written before the watch began
  /// may be reported after it.
  private func waitUntilRead(_ theme: Theme, formerName: String?) async {
    var formerName = formerName
    while true {
      for news in await next() {
        guard case .read(let read, formerName: let former) = news else {
          Issue.record("\(news) instead of \(theme.name)")
          return
        }
        #expect(former == formerName)
        formerName = read.name
        if read == theme { return }
      }
    }
  }

  private func theme(_ text: String, _ name: String) throws -> Theme { try Theme(text: text, path: name) }

  @Test(.timeLimit(.minutes(15))) func aFileWrittenInPlaceIsReadAgain() async throws {
    let path = "\(scratch.path)/mine.toml"
    try scratch.file("mine.toml", "")
    let watcher = try watch(files: [path: "mine"])
    try write("ground = \"light\"\n", inPlace: path)
    await waitUntilRead(try theme("ground = \"light\"", "mine.toml"), formerName: "mine")
    withExtendedLifetime(watcher) {}
  }

  /// As vim and most others save.
  @Test(.timeLimit(.minutes(15))) func aFileRenamedOverIsReadAgain() async throws {
    let path = "\(scratch.path)/mine.toml"
    try scratch.file("mine.toml", "")
    let watcher = try watch(folder: scratch.path, files: [path: "mine"])
    for hex in ["#010203", "#040506"] {
      try scratch.file("mine.toml.new", "text = \"\(hex)\"\n")
      try #require(rename("\(path).new", path) == 0)
      await waitUntilRead(try theme("text = \"\(hex)\"", "mine.toml"), formerName: "mine")
    }
    withExtendedLifetime(watcher) {}
  }

  @Test(.timeLimit(.minutes(15))) func brokenFilesAreToldWithTheirLineAndReadOnceRepaired() async throws {
    let path = "\(scratch.path)/mine.toml"
    let watcher = try watch(folder: scratch.path)
    try write("# a\ntext = 3\n", inPlace: path)
    let error = ThemeError(
      path: path, line: 2, reason: .wrongType(key: "text", expected: "a string"))
    #expect(await next() == [.refused(error)])
    try write("# a\ntext = \"dim\"\n", inPlace: path)
    await waitUntilRead(try theme("text = \"dim\"", "mine.toml"), formerName: nil)
    withExtendedLifetime(watcher) {}
  }

  @Test(.timeLimit(.minutes(15))) func newFilesOfTheFolderAreReadAndOthersLeftAlone() async throws {
    let watcher = try watch(folder: scratch.path)
    try write("text = 3\n", inPlace: "\(scratch.path)/notes.txt")
    try write("text = 3\n", inPlace: "\(scratch.path)/.mine.toml.swp")
    try write("name = \"new\"\n", inPlace: "\(scratch.path)/mine.toml")
    await waitUntilRead(try theme("name = \"new\"", "mine.toml"), formerName: nil)
    try write("name = \"newer\"\n", inPlace: "\(scratch.path)/mine.toml")
    await waitUntilRead(try theme("name = \"newer\"", "mine.toml"), formerName: "new")
    withExtendedLifetime(watcher) {}
  }

  /// A file given by its path says nothing of the others beside it.
  @Test(.timeLimit(.minutes(15))) func aSingleFileIsWatchedAlone() async throws {
    let path = "\(scratch.path)/mine.toml"
    try scratch.file("mine.toml", "")
    let watcher = try watch(files: [path: "mine"])
    try write("", inPlace: "\(scratch.path)/other.toml")
    try write("ground = \"light\"\n", inPlace: path)
    await waitUntilRead(try theme("ground = \"light\"", "mine.toml"), formerName: "mine")
    withExtendedLifetime(watcher) {}
  }

  @Test(.timeLimit(.minutes(15))) func theTargetOfALinkIsWatchedToo() async throws {
    let other = try Scratch()
    try other.file("real.toml", "name = \"mine\"\n")
    let link = "\(scratch.path)/mine.toml"
    try #require(symlink("\(other.path)/real.toml", link) == 0)
    let watcher = try watch(folder: scratch.path, files: [link: "mine"])
    try write("name = \"mine\"\nground = \"light\"\n", inPlace: "\(other.path)/real.toml")
    let theme = try theme("name = \"mine\"\nground = \"light\"", "mine.toml")
    await waitUntilRead(theme, formerName: "mine")
    withExtendedLifetime(watcher) {}
  }

  @Test func nothingToWatchIsNoWatcher() {
    #expect(ThemeWatcher(folder: nil, files: [:]) { _ in } == nil)
    #expect(ThemeWatcher(folder: "/nonesuch", files: [:]) { _ in } == nil)
  }

  /// Its thread lets go of what it tells, and so has ended.
  @Test(.timeLimit(.minutes(15))) func theThreadEndsWithTheWatcher() async throws {
    let (ended, continuation) = AsyncStream<Void>.makeStream()
    var watcher = ThemeWatcher(folder: scratch.path, files: [:]) {
      [token = Token { continuation.finish() }] _ in withExtendedLifetime(token) {}
    }
    #expect(watcher != nil)
    watcher = nil
    for await _ in ended {}
  }

  private final class Token: Sendable {
    private let end: @Sendable () -> Void
    init(_ end: @escaping @Sendable () -> Void) { self.end = end }
    deinit { end() }
  }

  /// Not by a new file, unlike `Scratch`.
  private func write(_ text: String, inPlace path: String) throws {
    let file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    try #require(file >= 0)
    let bytes = Array(text.utf8)
    #expect(Glibc.write(file, bytes, bytes.count) == bytes.count)
    close(file)
  }
}

import Dashboard
import Foundation
import Testing
import UserInterface

/// The list of runs, which reads a folder again only once its files have changed.
@Suite struct RunListTests {
  private let scratch = try! Scratch()
  private let now = Date(timeIntervalSince1970: 2e9)

  private func make(_ name: String, accuracy: Double, modified: Date? = nil) throws {
    try FileManager.default.createDirectory(
      atPath: "\(scratch.path)/\(name)", withIntermediateDirectories: true)
    let experiment = "[data]\ntask = \"spiral\"\n[training]\nepochs = 9\nsteps = 20\n"
    try scratch.file("\(name)/experiment.toml", experiment)
    let line =
      #"{"epoch":1,"parameters":337,"rates":[0.1],"seconds":1,"step":10,"train_loss":0.1,"validation_accuracy":"#
      + #"\#(accuracy),"validation_loss":0.2,"widths":[9]}"#
    try scratch.file("\(name)/metrics.jsonl", line + "\n")
    for file in ["experiment.toml", "metrics.jsonl"] {
      try FileManager.default.setAttributes(
        [.modificationDate: modified ?? now], ofItemAtPath: "\(scratch.path)/\(name)/\(file)")
    }
  }

  @Test func aRunIsReadAgainOnceItsFilesHaveChanged() throws {
    for name in ["a", "b"] { try make(name, accuracy: 0.5) }
    var list = RunList()
    let first = list.runs(in: [scratch.path], now: now)
    #expect(first.map(\.name) == ["a", "b"] && first.map(\.age) == [0, 0])
    #expect(first.map(\.best?.accuracy) == [0.5, 0.5] && first.map(\.step) == [10, 10])
    // Of the same size and time as before, and the same file: nobody can tell.
    try scratch.rewrite("a/metrics.jsonl", "0.5,", "0.7,", modified: now)
    try scratch.rewrite("b/metrics.jsonl", "0.5,", "0.7,", modified: now.addingTimeInterval(1))
    let second = list.runs(in: [scratch.path], now: now.addingTimeInterval(60))
    #expect(second.map(\.best?.accuracy) == [0.5, 0.7])
    #expect(second.map(\.age) == [60, 59])
    #expect(list.runs(in: [scratch.path], now: now.addingTimeInterval(90)).map(\.age) == [90, 89])
  }

  @Test func aRunThatIsHeldOrGoneIsNotRemembered() throws {
    for name in ["a", "b"] { try make(name, accuracy: 0.5) }
    try scratch.file("a/.lock", "")
    var list = RunList()
    #expect(list.runs(in: [scratch.path]).map(\.condition) == [.interrupted, .interrupted])
    let descriptor = open("\(scratch.path)/a/.lock", O_RDWR)
    defer { close(descriptor) }
    #expect(flock(descriptor, LOCK_EX | LOCK_NB) == 0)
    #expect(list.runs(in: [scratch.path]).map(\.condition) == [.live, .interrupted])
    try FileManager.default.removeItem(atPath: "\(scratch.path)/b")
    #expect(list.runs(in: [scratch.path]).map(\.name) == ["a"])
  }
}

extension Scratch {
  /// Writes over a part of a file, which stays the same file.
  fileprivate func rewrite(_ name: String, _ old: String, _ new: String, modified: Date) throws {
    let handle = try #require(FileHandle(forUpdatingAtPath: "\(path)/\(name)"))
    try handle.write(contentsOf: Data(try text(name).replacing(old, with: new).utf8))
    try handle.close()
    try FileManager.default.setAttributes([.modificationDate: modified], ofItemAtPath: "\(path)/\(name)")
  }
}

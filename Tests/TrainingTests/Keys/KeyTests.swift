import Experiment
import Foundation
import JSONText
import Messaging
import RunFolders
import Testing
import Training

/// The keys of all messages between a run and its viewers, and of the lines in a run's folder, against lists of them.
///
/// After a wanted change of a message, raise `WireFormat.version`; then, and after one of a line, run
///
///     AWN_RENEW_GOLDEN=1 swift test --filter KeyTests
///
/// Old folders must stay readable: `OldFolderTests` needs a line of the old form.
@Suite struct KeyTests {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
  private static let isRenewing = ProcessInfo.processInfo.environment["AWN_RENEW_GOLDEN"] == "1"

  @Test func messagesChangeWithTheVersionOfTheFormat() throws {
    var keys = Set<String>()
    for message in WireSamples.run + WireSamples.inspections.map({ .inspection($0) }) {
      keys.formUnion(try Self.messageKeys(of: message, "run"))
    }
    for message in WireSamples.viewer { keys.formUnion(try Self.messageKeys(of: message, "viewer")) }
    let file = Self.folder.appending(path: "messages.txt")
    let known = try? String(contentsOf: file, encoding: .utf8).split(separator: "\n").map(String.init)
    let found = ["version \(WireFormat.version)"] + keys.sorted()
    if Self.isRenewing, known?.first != found[0] {
      try (found.joined(separator: "\n") + "\n").write(to: file, atomically: true, encoding: .utf8)
      return
    }
    for difference in found.difference(from: known ?? []) {
      switch difference {
      case .insert(_, let line, _): Issue.record("new: \(line); raise WireFormat.version")
      case .remove(_, let line, _): Issue.record("gone: \(line); raise WireFormat.version")
      }
    }
  }

  @Test func linesOfARunsFolderHaveTheirKeys() throws {
    var keys = try Self.keys(of: WireSamples.evaluation, "metrics.jsonl")
    for event in WireSamples.events { keys.formUnion(try Self.keys(of: event, "events.jsonl")) }
    for inspection in WireSamples.inspections {
      var log = InspectionLog()
      let written = log.line(inspection)
      let value = try JSONSerialization.jsonObject(with: #require(written))
      Self.add(value, "inspections.jsonl", to: &keys)
    }
    let file = Self.folder.appending(path: "lines.txt")
    let text = keys.sorted().joined(separator: "\n") + "\n"
    if Self.isRenewing { try text.write(to: file, atomically: true, encoding: .utf8) }
    let known = try String(contentsOf: file, encoding: .utf8)
    for difference in text.split(separator: "\n").difference(from: known.split(separator: "\n")) {
      Issue.record("\(difference)")
    }
  }

  /// What is left out of a sample would be missing from the lists.
  @Test func samplesLeaveNothingOut() {
    var (absent, present) = (Set<String>(), Set<String>())
    let samples: [Any] =
      WireSamples.run as [Any] + WireSamples.viewer as [Any] + WireSamples.inspections as [Any]
      + [WireSamples.evaluation, WireSamples.snapshot]
    for sample in samples { Self.visit(sample, &absent, &present) }
    #expect(absent.subtracting(present).isEmpty, "give these a value in WireSamples")
  }

  private static func visit(_ value: Any, _ absent: inout Set<String>, _ present: inout Set<String>) {
    for child in Mirror(reflecting: value).children {
      let name = "\(type(of: value)).\(child.label ?? "")"
      let mirror = Mirror(reflecting: child.value)
      let isEmpty = mirror.displayStyle == .optional || mirror.displayStyle == .collection
      if isEmpty && mirror.children.isEmpty { absent.insert(name) } else { present.insert(name) }
      visit(child.value, &absent, &present)
    }
  }

  private static func messageKeys(of message: some Encodable, _ name: String) throws -> Set<String> {
    // Behind the length of the frame.
    try keys(in: WireFormat.encode(message).dropFirst(4), name)
  }

  private static func keys(of value: some Encodable, _ name: String) throws -> Set<String> {
    try keys(in: JSONFormat.encoder().encode(value), name)
  }

  /// `run.frontier._0.whole.parameters number`
  private static func keys(in data: Data, _ name: String) throws -> Set<String> {
    var keys = Set<String>()
    add(try JSONSerialization.jsonObject(with: data, options: .fragmentsAllowed), name, to: &keys)
    return keys
  }

  private static func add(_ value: Any, _ path: String, to keys: inout Set<String>) {
    switch value {
    case let object as [String: Any]:
      if object.isEmpty { keys.insert("\(path) object") }
      for (key, value) in object { add(value, "\(path).\(key)", to: &keys) }
    case let array as [Any]:
      if array.isEmpty { keys.insert("\(path) array") }
      for value in array { add(value, "\(path)[]", to: &keys) }
    case is String: keys.insert("\(path) text")
    case is NSNull: keys.insert("\(path) null")
    default: keys.insert("\(path) number")
    }
  }
}

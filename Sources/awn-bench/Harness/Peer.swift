import Datasets
import Experiment
import Foundation

/// A Python process with PyTorch that does the same work: jobs go in, and answers come out, as lines of JSON.
final class Peer {
  /// The version of PyTorch.
  private(set) var version = ""
  private let process = Process()
  private let jobs = Pipe()
  private let answers = Pipe()
  private var unread = Data()

  /// - Parameters:
  ///   - python: an interpreter that can import torch.
  ///   - scripts: what it runs, as one program.
  init(_ python: String, scripts: [[UInt8]]) throws {
    guard FileManager.default.isExecutableFile(atPath: python) else {
      throw BenchmarkError(
        description: "no Python at \(python): make peers installs one with PyTorch, --python names another")
    }
    process.executableURL = URL(fileURLWithPath: python)
    let program = ([PackageResources.common_peer_py] + scripts).joined()
    process.arguments = ["-W", "ignore", "-c", String(decoding: program, as: UTF8.self)]
    process.standardInput = jobs
    process.standardOutput = answers
    try process.run()
    struct Hello: Decodable {
      var torch: String
      var about: String
    }
    let hello = try answer(Hello.self)
    version = hello.torch
    Report.peers.withLock { _ = $0.insert(hello.about) }
  }

  /// The identifier of its process.
  var identifier: Int32 { process.processIdentifier }

  deinit {
    try? jobs.fileHandleForWriting.close()
    process.waitUntilExit()
  }

  /// Steps a second, and how PyTorch computes: as it is faster here, which it has measured before.
  func speed(_ work: Work, steps: Int) throws -> (speed: Double, way: String) {
    struct Job: Encodable {
      var work: Work
      var steps: Int
    }
    struct Answer: Decodable {
      var seconds: Double
      var way: String
    }
    try send(Job(work: work, steps: steps))
    let answer = try answer(Answer.self)
    return (Double(steps) / answer.seconds, answer.way)
  }

  /// Sends a job and waits for its answer.
  func answer<Answer: Decodable>(_ type: Answer.Type, to job: some Encodable) throws -> Answer {
    try send(job)
    return try answer(type)
  }

  func send(_ job: some Encodable) throws {
    try jobs.fileHandleForWriting.write(contentsOf: JSONEncoder().encode(job) + Data("\n".utf8))
  }

  func answer<Answer: Decodable>(_ type: Answer.Type) throws -> Answer {
    while true {
      if let end = unread.firstIndex(of: UInt8(ascii: "\n")) {
        let line = unread[unread.startIndex..<end]
        unread = unread[unread.index(after: end)...]
        return try JSONDecoder().decode(type, from: line)
      }
      let more = answers.fileHandleForReading.availableData
      guard !more.isEmpty else { throw BenchmarkError(description: "the PyTorch peer ended: see above") }
      unread += more
    }
  }
}

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
  ///   - script: what it runs.
  init(_ python: String, script: [UInt8] = PackageResources.torch_peer_py) throws {
    guard FileManager.default.isExecutableFile(atPath: python) else {
      throw BenchmarkError(
        description: "no Python at \(python): make peers installs one with PyTorch, --python names another")
    }
    process.executableURL = URL(fileURLWithPath: python)
    let program = PackageResources.common_peer_py + script
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
      var kind = "steps"
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

  /// Seconds of training until spiral-hard has 99.5 % of its held-out rows, with our settings for it.
  func timeToAccuracy(seed: UInt64) throws -> Double {
    struct Rows: Encodable {
      var x: [Float]
      var y: [Int32]

      init(_ table: Examples) {
        x = table.features
        if case .classes(let labels) = table.targets { y = labels } else { y = [] }
      }
    }
    struct Job: Encodable {
      var kind = "accuracy"
      var accuracy = 0.995
      var network: [String: PeerValue]
      var training: [String: PeerValue]
      var weightScale: Double
      var rows: Rows
      var held: Rows
    }
    struct Answer: Decodable {
      var seconds: Double?
      var best: Double
    }
    let configuration = Configuration.defaults(for: .spiralHard)
    let dataset = try Dataset.load(configuration.data, seed: seed)
    try send(
      Job(
        network: configuration.peerValues(.network), training: configuration.peerValues(.training),
        weightScale: configuration.prior.weightScale, rows: Rows(dataset.training),
        held: Rows(dataset.validation)))
    let result = try answer(Answer.self)
    guard let seconds = result.seconds else {
      throw BenchmarkError(description: "PyTorch came to \(result.best * 100) % and no further")
    }
    return seconds
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

/// A setting as a peer reads it.
private enum PeerValue: Encodable {
  case number(Double)
  case text(String)

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .number(let value): try container.encode(value)
    case .text(let text): try container.encode(text)
    }
  }
}

extension Configuration {
  /// The numbers and names of a section, by their keys in experiment files.
  fileprivate func peerValues(_ section: Setting.Section) -> [String: PeerValue] {
    var values: [String: PeerValue] = [:]
    for setting in Setting.all where setting.section == section {
      switch setting.value(in: self)?.literal {
      case .whole(let value): values[setting.key] = .number(Double(value))
      case .number(let value): values[setting.key] = .number(value)
      case .text(let text): values[setting.key] = .text(text)
      default: break
      }
    }
    return values
  }
}

import Experiment
import Foundation
import LinearAlgebra
import Synchronization

/// The median of some measurements, and how far they lay apart.
struct Spread: Codable, Sendable {
  var median: Double
  var lowest: Double
  var highest: Double
  var count: Int
  /// In the order they were made.
  var all: [Double]

  init(_ values: [Double]) {
    precondition(!values.isEmpty)
    all = values
    let sorted = values.sorted()
    let middle = sorted.count / 2
    median = sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    (lowest, highest, count) = (sorted[0], sorted[sorted.count - 1], sorted.count)
  }
}

/// A line of a table.
struct Figure: Codable, Sendable {
  var name: String
  var value: Spread
  var unit: String
  /// What it has to be, if something was promised.
  var target: String?

  init(_ name: String, _ values: [Double], _ unit: String, target: String? = nil) {
    self.name = name
    value = Spread(values)
    self.unit = unit
    self.target = target
  }
}

enum Report {
  static func show(_ figures: [Figure], of benchmark: Benchmark) {
    print("\(benchmark.name): \(benchmark.summary)")
    let widest = figures.map(\.name.count).max() ?? 0
    for figure in figures {
      let spread = figure.value
      let range =
        spread.count > 1
        ? "\(number(spread.lowest)) … \(number(spread.highest)), \(spread.count) times" : "once"
      let target = figure.target.map { "   (asked: \($0))" } ?? ""
      print(
        "  \(figure.name.padded(to: widest))  \(number(spread.median).leftPadded(to: 9)) \(figure.unit)"
          + "   [\(range)]\(target)")
    }
    print("  \(machine)\n")
  }

  static func showJSON(_ results: [String: [Figure]]) throws {
    struct Output: Encodable {
      var machine: String
      var results: [String: [Figure]]
    }
    let encoder = JSONEncoder()
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "never", negativeInfinity: "-inf", nan: "nan")
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    print(String(decoding: try encoder.encode(Output(machine: machine, results: results)), as: UTF8.self))
  }

  /// Three digits that count.
  static func number(_ value: Double) -> String {
    guard value.isFinite else { return value == .infinity ? "never" : "–" }
    return switch abs(value) {
    case 1_000...: String(Int(value.rounded()))
    case 100...: String(format: "%.0f", value)
    case 10...: String(format: "%.1f", value)
    case 1...: String(format: "%.2f", value)
    default: String(format: "%.3f", value)
    }
  }

  /// What the other programs that were measured have said of themselves.
  static let peers = Mutex<Set<String>>([])

  /// Processor, kernels and versions.
  static var machine: String {
    ([processor] + peers.withLock { $0.sorted() }).joined(separator: "; ")
  }

  private static let processor: String = {
    let info = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
    func entry(_ name: String) -> String? {
      info.split(separator: "\n").first { $0.hasPrefix("\(name)\t") }?
        .split(separator: ":").last.map { $0.trimmingCharacters(in: .whitespaces) }
    }
    let numbers = zip(["family", "model"], [entry("cpu family"), entry("model")])
      .compactMap { name, number in number.map { "\(name) \($0)" } }
    let model = entry("model name").map { ([$0] + numbers).joined(separator: ", ") }
    let cores = ProcessInfo.processInfo.activeProcessorCount
    return "on \(model ?? "an unknown processor"), \(cores) cores; kernels for \(Processor.vectors)"
  }()
}

extension String {
  func padded(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
  func leftPadded(to width: Int) -> String { String(repeating: " ", count: max(0, width - count)) + self }
}

/// Time in seconds.
func seconds(_ work: () throws -> Void) rethrows -> Double {
  let clock = ContinuousClock()
  return try clock.measure { try work() } / .seconds(1)
}

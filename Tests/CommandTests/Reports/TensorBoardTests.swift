import Experiment
import Foundation
import Messaging
import Peers
import Synchronization
import TensorBoard
import Testing
import Training
import class awn_tui.TensorBoardLog
import awn_tui

/// What a log holds, as a program that reads it sees it.
private struct LogContents {
  /// By tag: steps and values, in the order written.
  var scalars: [String: [[Double]]] = [:]
  var texts: [String: [(step: Int, text: String)]] = [:]
  var histograms: [String: [(step: Int, count: Double)]] = [:]
  var restarts: [Int] = []

  /// - Parameter folder: holds a single event file.
  init(_ folder: String) throws {
    let names = try FileManager.default.contentsOfDirectory(atPath: folder)
      .filter { $0.hasPrefix("events.out.tfevents.") }
    try #require(names.count == 1)
    for event in try EventFileReader.events("\(folder)/\(names[0])") {
      let step = Int(event.step)
      if event.sessionLog.status == .start { restarts.append(step) }
      for value in event.summary.value {
        switch value.value {
        case .simpleValue(let number): scalars[value.tag, default: []].append([Double(step), Double(number)])
        case .histo(let histogram): histograms[value.tag, default: []].append((step, histogram.num))
        case .tensor(let tensor):
          texts[value.tag, default: []].append((step, String(decoding: tensor.stringVal[0], as: UTF8.self)))
        default: Issue.record("\(value)")
        }
      }
    }
  }
}

private func measurement(_ step: Int, loss: Double, widths: [Int] = [3, 2]) -> Training.Measurement {
  Training.Measurement(
    Evaluation(
      step: step, epoch: Double(step) / 10, seconds: 1, trainLoss: loss,
      validation: Metrics(loss: loss / 2, accuracy: 0.75), rates: widths.map { 1 / Double($0) },
      widths: widths, parameters: 41),
    learningRate: 0.125, importances: widths.map { [Float](repeating: 0.5, count: $0) })
}

private func undone(at step: Int, to target: Int) -> Event {
  Event(step: step, epoch: 1, kind: .undone(to: target))
}

@Suite struct TensorBoardLogTests {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private func log() throws -> TensorBoardLog {
    try TensorBoardLog(folder: scratch.path, experiment: "[data]\ntask = 'x'\n") { Issue.record("\($0)") }
  }

  @Test func everyNumberOfAnEvaluationIsThere() async throws {
    let log = try log()
    log.record(measurement(10, loss: 0.5))
    await log.close()
    let contents = try LogContents(scratch.path)
    #expect(
      contents.scalars == [
        "loss/train": [[10, 0.5]], "loss/held-out": [[10, 0.25]], "held-out/accuracy": [[10, 0.75]],
        "learning-rate": [[10, 0.125]], "parameters": [[10, 41]], "width/layer-1": [[10, 3]],
        "width/layer-2": [[10, 2]], "rate/layer-1": [[10, Double(Float(1.0 / 3))]],
        "rate/layer-2": [[10, 0.5]],
      ])
    #expect(contents.histograms["importance/layer-1"]?.map(\.count) == [3])
    #expect(contents.histograms["importance/layer-2"]?.map(\.count) == [2])
    #expect(contents.texts["experiment"]?.first?.text == "    [data]\n    task = 'x'\n    ")
    #expect(contents.restarts.isEmpty)
  }

  @Test func editsAreTexts() async throws {
    let log = try log()
    log.record(Event(step: 7, epoch: 1, command: 1, kind: .truncated(layer: 1, from: 9, to: 4)))
    log.record(Event(step: 8, epoch: 1, command: 2, kind: .paused))
    log.record(Event(step: 9, epoch: 1, command: 3, kind: .learningRateChanged(0.5)))
    await log.close()
    let edits = try #require(try LogContents(scratch.path).texts["edits"])
    #expect(edits.map(\.step) == [7, 9])
    // As on screen, where the first layer is layer 1.
    #expect(edits[0].text.contains("cut layer 2: 9 → 4 neurons"))
  }

  @Test func anUndoTakesBackWhatCameAfterAndARedoItsReplacement() async throws {
    let log = try log()
    for step in [10, 20, 30] { log.record(measurement(step, loss: 1)) }
    log.record(undone(at: 30, to: 20))
    log.record(measurement(30, loss: 2))
    log.record(Event(step: 30, epoch: 3, kind: .redone(to: 30)))
    log.record(measurement(40, loss: 3))
    // A divergence goes back without saying where to.
    log.record(measurement(20, loss: 4))
    await log.close()
    let contents = try LogContents(scratch.path)
    #expect(contents.restarts == [21, 21, 20])
    #expect(contents.texts["edits"]?.map(\.step) == [20, 30])
  }

  @Test func aResumedRunGoesOnInItsFolder() async throws {
    let log = try TensorBoardLog(folder: scratch.path, experiment: "x", resumingAt: 20) { _ in }
    log.record(measurement(30, loss: 1))
    await log.close()
    let contents = try LogContents(scratch.path)
    #expect(contents.restarts == [21] && contents.texts.isEmpty)
    #expect(contents.scalars["loss/train"] == [[30, 1]])
  }

  @Test func aFailureIsToldOnceAndNothingWaits() async throws {
    let told = Mutex<[String]>([])
    let log = TensorBoardLog(try EventFileWriter(path: "/dev/full")) { text in
      told.withLock { $0.append(text) }
    }
    for step in 1...50 { log.record(measurement(step, loss: 1)) }
    await log.close()
    let texts = told.withLock { $0 }
    #expect(texts.count == 1)
    #expect(texts.first?.contains("/dev/full") == true && texts.first?.contains("training goes on") == true)
  }

  @Test(.enabled(if: Peer.isThere, Comment(rawValue: Peer.absence)))
  func tensorBoardShowsOnlyWhatHolds() async throws {
    let log = try log()
    for step in [10, 20, 30] { log.record(measurement(step, loss: 1, widths: [])) }
    log.record(undone(at: 30, to: 20))
    log.record(measurement(30, loss: 2, widths: []))
    await log.close()
    // Wall times are the log's own.
    var times: [Int: Double] = [:]
    let file = try #require(try scratch.entries().first)
    for event in try EventFileReader.events("\(scratch.path)/\(file)") where event.summary.value.count > 1 {
      times[Int(event.step)] = event.wallTime
    }
    func course(_ values: [Double]) throws -> [[Double]] {
      try zip([10, 20, 30], values).map { [Double($0), try #require(times[$0]), $1] }
    }
    let contents = try LogContents(scratch.path)
    let expected: [String: Any] = [
      "scalars": [
        "loss/train": try course([1, 1, 2]), "loss/held-out": try course([0.5, 0.5, 1]),
        "held-out/accuracy": try course([0.75, 0.75, 0.75]),
        "learning-rate": try course([0.125, 0.125, 0.125]), "parameters": try course([41, 41, 41]),
      ],
      "histograms": [String: Any](),
      "texts": contents.texts.mapValues { $0.map { [$0.step, $0.text] as [Any] } },
    ]
    try scratch.file("expected.json", JSONSerialization.data(withJSONObject: expected))
    let verdict = try Peer.run("check_tensorboard.py", scratch.path)
    #expect(verdict.isContent, "\(verdict.output)")
  }
}

extension EndToEnd {
  @Suite struct TensorBoardTests {
    @Test func aRunHasAFolderOfItsOwn() async throws {
      let scratch = try Scratch()
      let ended = try await Program.run(
        "train", "double-moon", "--epochs", "4", "--hidden-layers", "2", "--output", "kept/first",
        "--tensorboard", "logs", in: scratch)
      #expect(ended.status == 0)
      let contents = try LogContents("\(scratch.path)/logs/first")
      let lines = try scratch.lines("kept/first/metrics.jsonl").map {
        try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
      }
      #expect(lines.count == 4)
      let steps = lines.compactMap { $0["step"] as? Double }
      let second = try lines.map { try #require($0["widths"] as? [Double])[1] }
      #expect(contents.scalars["width/layer-2"] == zip(steps, second).map { [$0, $1] })
      #expect(contents.histograms["importance/layer-2"]?.map(\.count) == second)
      let parameters = lines.compactMap { $0["parameters"] as? Double }
      #expect(contents.scalars["parameters"] == zip(steps, parameters).map { [$0, $1] })
      #expect(contents.texts["experiment"]?.first?.text.contains("task = \"double-moon\"") == true)
    }

    @Test func aFolderThatCannotBeMadeIsKnownBeforeTraining() async throws {
      let scratch = try Scratch()
      try scratch.file("file", "")
      let ended = try await Program.run(
        "train", "double-moon", "--epochs", "1", "--no-output", "--tensorboard", "file", in: scratch)
      #expect(ended.status == 1)
      #expect(ended.errors.contains("--tensorboard") && ended.errors.filter { $0 == "\n" }.count == 1)
    }
  }
}

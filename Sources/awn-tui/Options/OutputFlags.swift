import ArgumentParser
import AtomicFiles
import Experiment
import Foundation
import ModelFiles
import PlainText
import Terminal
import Training
import UserInterface

struct FolderFlags: ParsableArguments {
  @Option(help: "Run folder (default: runs/NAME-TIME).")
  var output: String?
  @Flag(help: "Write no run folder.")
  var noOutput = false
  @Option(help: "Log curves for TensorBoard into a folder of the run's own below this one.")
  var tensorboard: String?

  func validate() throws {
    try GivenPath.require(output, "--output")
    try GivenPath.require(tensorboard, "--tensorboard")
    if noOutput && output != nil { throw ValidationError("give --output or --no-output, not both") }
  }
}

struct OutputFlags: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: """
      Seconds between checkpoints, from which resume goes on (default: 30; 0: only at cuts and other edits, and \
      where the run ends).
      """)
  var checkpointEvery: Double?
  @Option(help: "Write a JSON summary of the finished run to a file (-: standard output).")
  var summary: String?
  @Option(
    help: """
      bell, osc9 or osc777: ring, or have the terminal notify the desktop, when the run ends (default: neither).
      """)
  var notify: TerminalAlert?
  @Flag(help: "Say nothing but errors, what was decided about the data, and the summary.")
  var quiet = false
  @Option(help: "auto, always or never: progress of train, on standard error.")
  var progress = ProgressChoice.auto

  func validate() throws {
    if let checkpointEvery, !(0...1e9).contains(checkpointEvery) {
      throw ValidationError("--checkpoint-every takes seconds, 0 or more")
    }
    try checkSummary()
  }

  /// Known now, not after an hour of training.
  private func checkSummary() throws {
    guard let summary, summary != "-" else { return }
    try GivenPath.require(summary, "--summary", of: GivenPath.fileOrStream)
    let folder = URL(filePath: summary).deletingLastPathComponent().path
    guard FileManager.default.fileExists(atPath: folder) else {
      throw ValidationError("--summary \(summary): there is no folder \(folder)")
    }
    do {
      try OutputFile.check(summary)
    } catch .cannotWrite(_, let reason) {
      throw ValidationError("--summary \(summary): it cannot be written (\(reason)); choose another place")
    } catch {
      throw ValidationError("--summary \(summary): this is a folder; name a file")
    }
    if !Self.isReplaceable(summary) {
      throw ValidationError("--summary \(summary): this file is there and is no summary; name another one")
    }
  }

  /// Whether nothing is lost with what is there: only a summary replaces a summary, so that no data, no model and no
  /// run is written over, whether this run reads it or not.
  private static func isReplaceable(_ path: String) -> Bool {
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_size > 0 else {
      return true
    }
    guard let data = try? AtomicFile.read(path, limit: 64 << 20),
      let object = try? JSONSerialization.jsonObject(with: data) as? [String: Any]
    else { return false }
    return object["task"] != nil || object["runs"] != nil
  }

  /// In seconds.
  var checkpointInterval: Double { checkpointEvery ?? 30 }

  var progressStyle: ProgressReport.Style { ProgressReport.Style(progress, quiet: quiet) }

  /// The end of a run: what came of it and where it is kept.
  func report(_ problem: Problem, _ outcome: Outcome, of configuration: Configuration, folder: String?) throws
  {
    if !quiet { Console.tell(Self.sentence(outcome, configuration, folder) + "\n") }
    try write(Summary(configuration: configuration, problem: problem, outcome: outcome).json)
    if let folder, let missing = outcome.missing { throw RunNotKept(folder: folder, missing: missing) }
  }

  /// The summary, to where it is wanted.
  func write(_ json: String) throws {
    guard let summary else { return }
    let json = json + "\n"
    do {
      if summary == "-" {
        try Console.print(json)
      } else {
        try OutputFile.write(Data(json.utf8), to: summary)
      }
    } catch {
      let place = summary == "-" ? "standard output" : summary
      throw NotWritten(what: "the summary", place: place, reason: OutputFile.reason(error))
    }
  }

  private static func sentence(_ outcome: Outcome, _ configuration: Configuration, _ folder: String?)
    -> String
  {
    let time = "in \(String(format: "%.2f", outcome.seconds)) s"
    var parts = ["\(configuration.name): \(counted(outcome.steps, "step")) \(time)"]
    if let done = outcome.divergedAfter {
      parts = [
        "\(configuration.name): diverged after \(counted(done, "step")) \(time)",
        "back to the network of step \(outcome.steps)",
      ]
    }
    if let validation = outcome.validation {
      // Whoever leaves in the middle of an epoch does not wait for an evaluation.
      let isOlder = !outcome.keptBest && outcome.validationStep != outcome.steps
      let age = isOlder ? outcome.validationStep.map { " at step \($0)" } : nil
      parts.append(ProgressReport.metric(validation) + (age ?? ""))
    }
    if let test = outcome.test {
      parts.append(ProgressReport.metric(test).replacingOccurrences(of: "held-out", with: "test"))
    }
    if outcome.keptBest, let epoch = outcome.bestEpoch {
      parts.append("the best network, of epoch \(shownEpochs(epoch)) of \(shownEpochs(outcome.epochs))")
    }
    parts += widths(outcome, isFixed: configuration.network.fixedWidths != nil)
    if let folder, outcome.missing == nil {
      parts.append("kept in \(folder)" + (outcome.isStopped ? "; go on: awn-tui resume \(folder)" : ""))
    }
    return sanitized(parts.joined(separator: "; "), limit: 400)
  }

  /// "settled width 38 [33, 45]", or what keeps the widths from being settled and what to do.
  private static func widths(_ outcome: Outcome, isFixed: Bool) -> [String] {
    if outcome.widths.isEmpty { return [] }
    let plain = outcome.widths.map(String.init).joined(separator: ", ")
    guard let settling = outcome.settling else {
      return [isFixed ? "width \(plain)" : "learned width \(plain)"]
    }
    let texts = zip(outcome.widths, outcome.widthIntervals).map { width, interval in
      interval.map { "\(width) [\($0.lowerBound), \($0.upperBound)]" } ?? "\(width)"
    }
    if settling.isSettled { return ["settled width \(texts.joined(separator: ", "))"] }
    // What to do then is said by the error.
    if outcome.isDiverged { return ["width \(plain)"] }
    let isChanged = settling.isChanged
    let reason = NotSettled.reason(
      settling.obstacle, isStopped: outcome.isStopped, isChanged: isChanged, limit: outcome.limit,
      trainLoss: outcome.trainLoss, heldOutLoss: outcome.validation?.loss)
    return [
      "width \(isChanged ? texts.joined(separator: ", ") : plain)",
      "\(isChanged ? "no longer" : "not") settled: \(reason)",
    ]
  }
}

extension TerminalAlert: ExpressibleByArgument {}

private struct RunNotKept: UserFacingError {
  let folder: String
  let missing: String

  var sentence: String {
    let (place, reason) = (sanitized(folder, limit: 300), sanitized(missing, limit: 300))
    let checkpoint = ModelLocation(folder: folder).document
    return FileManager.default.fileExists(atPath: checkpoint)
      ? "the run is not kept whole in \(place): \(reason); resume goes on from its last checkpoint there"
      : "the run is not kept: there is no checkpoint in \(place): \(reason); train again with another --output"
  }
  var exitStatus: ExitStatus { .failed }
}

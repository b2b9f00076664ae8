import AdaptiveWidth
import ArgumentParser
import Experiment
import Foundation
import Messaging
import ModelFiles
import PlainText
import Training
import UserInterface

struct Compress: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Continue training a model while its layers shrink.",
    discussion: """
      Trains on the model's own data, from the experiment.toml beside the checkpoint: the remaining neurons take over \
      what the others did. Neurons beyond --width that are left after training are cut, and the cut is repaired \
      (--no-repair: it is not).

      --tolerance: begins with the smallest cut that is good enough, without training. Then it compresses each learned \
      layer in turn to four fifths of its width, again and again. If the held-out metric stays too low for three \
      evaluations, it rolls back and tries smaller, slower steps, down to a twentieth of the width. The last model that \
      was good enough is kept, with its widths frozen.

      Ctrl-C ends it early and keeps the best so far; a second Ctrl-C keeps nothing.

      --teacher: the uncut model teaches meanwhile, and afterwards for as long as the option says, as with `truncate`.

      On standard error it says which layer it compresses, how far it is and how many steps of training it has taken: \
      on a terminal in a line that is redrawn, elsewhere every ten seconds.
      """)

  @OptionGroup var model: ModelArgument
  @Option(parsing: .unconditional, help: Tolerance.help)
  var tolerance: Double?
  @Option(
    parsing: .unconditional,
    help: "Neurons to come down to in each learned layer, from the input on, such as 48 or 48,12.",
    transform: WidthList.init)
  var width: WidthList?
  @Option(
    parsing: .unconditional,
    help: """
      Epochs in which a layer comes down to a width, if these are enough steps, and as many to settle there \
      (default: a twentieth of the run's).
      """, transform: Int.parsing)
  var epochs: Int?
  @OptionGroup var cutFlags: CutFlags
  @OptionGroup var teacher: TeacherFlags
  @Option(
    name: [.customShort("o"), .long], help: "The new model's folder, which must not hold anything yet.")
  var output: String
  @Flag(help: "Say nothing but errors and what came of it.")
  var quiet = false
  @Option(help: "auto, always or never: progress, on standard error.")
  var progress = ProgressChoice.auto

  func validate() throws {
    guard (tolerance == nil) != (width == nil) else {
      throw ValidationError("say how far to compress with --tolerance or --width, one of them")
    }
    if cutFlags.roundTo != nil && width != nil {
      throw ValidationError("--round-to goes with --tolerance: --width is come down to as it is")
    }
    try Tolerance.check(tolerance)
    if let epochs, !(1...1_000_000 ~= epochs) { throw ValidationError("--epochs must be at least 1") }
  }

  mutating func run() throws {
    let folder = try ModelFolder(output)
    let loaded = try model.read()
    try loaded.requireLearnedWidths()
    let targets = try width?.checked(against: loaded.model.network)
    var own = try OwnData(of: loaded)
    teacher.set(&own.configuration.training)
    let rounding = cutFlags.rounding(own: own.configuration.network.rounding)
    own.configuration.network.roundTo = rounding.multiple
    if tolerance != nil && !quiet { Console.tell(notes: rounding.notes) }
    let rows = try own.heldOut(for: loaded.model.network)
    var workspace = Workspace()
    let before = loaded.model.network.measured(rows, &workspace)
    let interruption = Interruption(sending: [.stopCompressing, .stop])
    let teller = CompressionTeller(ProgressReport.Style(progress, quiet: quiet), says: !quiet)
    let compressor = Compressor(
      own, rows: rows, epochs: epochs, interruption: interruption, show: { teller.show($0) },
      tell: { teller.tell($0) })
    let start = compressor.state(from: loaded.model)
    teller.begin(at: start.step)
    if tolerance != nil { teller.tell("looking for the smallest cut that is good enough without training") }
    let (tolerance, method, duration) = (tolerance ?? 0, cutFlags.method, teacher.teacher)
    let result = try waiting {
      let state = duration == nil ? start : compressor.withTeacher(start)
      let result =
        if let targets {
          try await compressor.compress(state, to: targets, method)
        } else {
          try await compressor.ratchet(state, within: tolerance, method)
        }
      guard let duration else { return result }
      return try await compressor.finishDistillation(result, duration, reference: before.metrics)
    }
    teller.clear()
    let after = result.network.measured(rows, &workspace)
    let steps = result.step - start.step
    let epochs = Double(steps) / Double(result.cursor.batchesPerEpoch)
    try folder.write(
      result.network, metrics: after.metrics, trained: (steps, epochs), from: loaded)
    try OutputFile.print(Change(before: before, after: after, isMeasured: true).text + folder.sentence)
    if interruption.happened {
      Console.tell(
        "interrupted: this is the best so far; compress \(sanitized(output, limit: 300)) to go on\n")
      throw ExitStatus.interrupted
    }
  }
}

extension ModelFolder {
  var sentence: String { "written to \(sanitized(path, limit: 300))\n" }
}

/// Runs what is asynchronous to its end, on other threads than this one.
func waiting<Value: Sendable>(
  for body: @escaping @Sendable () async throws -> Value
) throws -> Value {
  let (done, result) = (DispatchSemaphore(value: 0), Latest<Result<Value, any Error>>())
  Task.detached {
    do { result.post(.success(try await body())) } catch { result.post(.failure(error)) }
    done.signal()
  }
  done.wait()
  guard let result = result.take() else { preconditionFailure("there is a result when it is signaled") }
  return try result.get()
}

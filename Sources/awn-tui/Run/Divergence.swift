import PlainText
import Training

/// The end of a run whose loss stopped being finite.
package struct Divergence: UserFacingError {
  /// Steps done by then.
  package let step: Int
  /// The folder of a run that was resumed, which takes no learning rate; `nil`: the run was new.
  var resumed: String?

  package var sentence: String {
    "the loss stopped being finite after step \(step): "
      + (resumed.map { folder in
        let folder = sanitized(folder, limit: 300)
        return
          "lower the learning rate in the dashboard (awn-tui resume \(folder)), or begin again with a smaller "
          + "one: awn-tui train \(folder)/experiment.toml --learning-rate R"
      } ?? "try a smaller --learning-rate")
  }
  package var exitStatus: ExitStatus { .diverged }
}

extension Outcome {
  /// - Throws: `Divergence`, if the run ended with one.
  func requireConvergence(of run: Run) throws {
    if let divergedAfter { throw Divergence(step: divergedAfter, resumed: run.resumed?.folder.path) }
  }
}

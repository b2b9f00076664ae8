import PlainText
import Training

/// The end of a run whose loss stopped being finite.
package struct Divergence: UserFacingError {
  /// Steps done by then.
  package let step: Int

  package var sentence: String {
    "the loss stopped being finite after step \(step): try a smaller --learning-rate"
  }
  package var exitStatus: ExitStatus { .diverged }
}

extension Outcome {
  /// - Throws: `Divergence`, if the run ended with one.
  func requireConvergence() throws {
    if let divergedAfter { throw Divergence(step: divergedAfter) }
  }
}

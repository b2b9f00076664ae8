/// How the dashboard is connected with the run.
package enum Link: Equatable, Sendable {
  /// The run trains in this program. `refusal`: why it cannot go on without the terminal, a clause; `nil`: it can.
  case own(refusal: String?)
  /// It trains in another process.
  case attached
  /// It trained in another process, of which nothing more is heard; a clause says why.
  case lost(reason: String)
  /// It was recorded; how the recording is being played: "playing 12/400".
  case recorded(String)

  /// In place of what a recording does not have.
  static let unrecorded =
    "Nothing of this was recorded by then: it is measured while a dashboard shows the run."
}

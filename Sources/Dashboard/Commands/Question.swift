import Canvas
import Experiment

/// What waits for `Enter`. Each question is a type of its own, in the file of the command that it sends.
package struct Question: Equatable, Sendable {
  package let content: any QuestionContent

  package init(_ content: some QuestionContent) { self.content = content }

  package static func == (left: Question, right: Question) -> Bool { left.content.isEqual(to: right.content) }

  /// Whether the program is to be left; it changes nothing in the network.
  package static let quit = Question(QuitQuestion())
  /// Whether the run is to be ended for all who watch.
  package static let stop = Question(StopQuestion())
  /// Whether a finished run is to go on.
  package static let trainOn = Question(TrainOnQuestion())
}

/// All that the dashboard has to know of a question.
package protocol QuestionContent: Equatable, Sendable {
  /// What `Enter` does, in the footer: "truncates layer 1".
  var verb: String { get }
  /// Other keys that have a meaning, for the footer.
  var otherKeys: [(key: String, name: String)] { get }
  /// Whether it stands on prices of the network as it was measured last, so that an edit ends it.
  var needsFreshPrices: Bool { get }
  /// The cut whose price it shows; `nil`: none.
  func requestedCut(in state: State) -> CutRequest?
  /// Whether the price it needs is known, so that `Enter` does what it asks.
  func isPriced(in state: State) -> Bool
  /// The layer whose cut in best order is to be measured for it; `nil`: none.
  var comparedLayer: Int? { get }
  /// In the line above the footer: what is asked, and what it costs.
  func preview(in state: State) -> [StatusText.Piece]
  /// The command that `Enter` sends; `nil` if nothing is to be sent, or nothing valid was typed.
  func command(in state: State) -> TrainingCommand?
  /// With what was typed taken in, or turned into another form; `nil`: the key is no editing.
  func edited(by key: Key, in state: State) -> Question?
  /// Why it can no longer be asked, now that the run has moved on; `nil`: it can.
  func obsolescence(in state: State) -> String?
}

extension QuestionContent {
  package var otherKeys: [(key: String, name: String)] { [] }
  package var needsFreshPrices: Bool { false }
  package var comparedLayer: Int? { nil }
  package func requestedCut(in state: State) -> CutRequest? { nil }
  package func isPriced(in state: State) -> Bool { true }
  package func edited(by key: Key, in state: State) -> Question? { nil }

  fileprivate func isEqual(to other: any QuestionContent) -> Bool { other as? Self == self }
}

extension Question {
  /// A number being typed.
  package struct Entry: Equatable, Sendable {
    package var text: String
    /// What stands there was proposed: the first digit replaces it.
    package var isProposal = true

    package init(text: String) { self.text = text }

    /// Whether it takes the key as editing.
    package mutating func edit(_ key: Key, allowsFraction: Bool = false) -> Bool {
      switch key {
      case .character(let digit) where digit.isASCII && digit.isNumber:
        if isProposal { text = "" }
        if text.count < 9 { text.append(digit) }
      case .character(".") where allowsFraction:
        if isProposal { text = "" }
        if text.count < 9 && !text.contains(".") { text += text.isEmpty ? "0." : "." }
      case .backspace, .delete:
        if isProposal { text = "" } else { text = String(text.dropLast()) }
      default: return false
      }
      isProposal = false
      return true
    }
  }
}

private struct QuitQuestion: QuestionContent {
  let verb = "quits"

  func preview(in state: State) -> [StatusText.Piece] {
    let isDone = state.snapshot.state.isFinal
    // The reason may be too long for the line.
    if let risk = state.snapshot.risk {
      let rest = "the run would not be kept: quit?"
      return [.init(isDone ? rest : "training is not done, and \(rest)", 0), .init(risk, 1)]
    }
    return [
      .init(isDone ? "quit?" : "training is not done: quit?", 0),
      .init("the network is not kept, only its metrics and events", 1),
    ]
  }

  func command(in state: State) -> TrainingCommand? { nil }
  func obsolescence(in state: State) -> String? { nil }
}

private struct StopQuestion: QuestionContent {
  let verb = "ends the run"

  func preview(in state: State) -> [StatusText.Piece] {
    [
      .init("end the run?", 0),
      .init(
        state.run.isSavedOnQuit
          ? "it is kept in its folder, and resume goes on" : "nothing keeps its network",
        1),
    ]
  }

  func command(in state: State) -> TrainingCommand? { .stop }

  func obsolescence(in state: State) -> String? {
    state.snapshot.state == .stopped ? "the run was stopped" : nil
  }
}

private struct TrainOnQuestion: QuestionContent {
  let verb = "trains on"

  func preview(in state: State) -> [StatusText.Piece] {
    let snapshot = state.snapshot
    let isDone = snapshot.epoch >= Double(snapshot.epochs)
    let more = snapshot.epochsMore
    let rest =
      isDone
      ? more.map { ": train \(NumberText.grouped($0)) more epoch\($0 == 1 ? "" : "s")?" } ?? ": train on?"
      : ": train on to epoch \(NumberText.grouped(snapshot.epochs))?"
    return [.init("the run is finished\(rest)", 0)]
  }

  func command(in state: State) -> TrainingCommand? { .resume }

  func obsolescence(in state: State) -> String? {
    state.snapshot.state == .finished ? nil : "the run goes on"
  }
}

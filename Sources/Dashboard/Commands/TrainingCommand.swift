import Experiment

/// A command to the trainer, with all that the dashboard has to know of it.
///
/// A new command is made where its key is bound, or by a function beside the others of its kind; what it asks before
/// it is sent, if anything, is a `QuestionContent`.
package struct TrainingCommand: Equatable, Sendable {
  /// What the trainer is asked for.
  package var action: Command.Action
  /// What it is called until it is answered: "truncate layer 1 to 47".
  package var name: String
  package enum Scope: Equatable, Sendable {
    /// How training goes on; the structure of the network stays as it is.
    case run
    /// These adaptive layers.
    case layers([Int])
    /// Any layer.
    case network
  }

  package init(_ action: Command.Action, name: String) {
    self.action = action
    self.name = name
  }
}

extension TrainingCommand {
  /// What it edits: other edits of that wait until it is answered.
  package var scope: Scope {
    guard case .structure(let layers) = action.effect else { return .run }
    return layers.map(Scope.layers) ?? .network
  }
}

extension TrainingCommand.Scope {
  /// Whether an adaptive layer is edited.
  func contains(_ layer: Int) -> Bool {
    switch self {
    case .run: false
    case .layers(let layers): layers.contains(layer)
    case .network: true
    }
  }
}

/// How the run goes on.
extension TrainingCommand {
  package static let pause = TrainingCommand(.pause, name: "pause")
  package static let resume = TrainingCommand(.resume, name: "resume")
  package static let step = TrainingCommand(.step, name: "one step")
  package static let evaluateTest = TrainingCommand(.evaluateTest, name: "evaluate on the test rows")
  package static let stop = TrainingCommand(.stop, name: "end the run")
  package static let undo = TrainingCommand(.undo, name: "undo")
  package static let save = TrainingCommand(.save(name: nil), name: "save")
  package static let redo = TrainingCommand(.redo, name: "redo")

  package static func save(as name: String) -> TrainingCommand {
    TrainingCommand(.save(name: name), name: "save \(name)")
  }

  package static func export(to file: String, _ format: ModelFormat) -> TrainingCommand {
    TrainingCommand(.export(file: file, format), name: "export \(format.rawValue)")
  }

  /// - Parameter pace: epochs per second; `nil`: unlimited.
  package static func setPace(_ pace: Double?) -> TrainingCommand {
    TrainingCommand(.setPace(pace), name: "pace \(Wording.pace(pace))")
  }

  package static func setLearningRate(_ rate: Double) -> TrainingCommand {
    TrainingCommand(.setLearningRate(rate), name: "learning rate \(NumberText.significant(rate))")
  }

  /// - Parameter price: in nats.
  package static func setPrice(_ price: Double) -> TrainingCommand {
    TrainingCommand(.setPrice(price: price), name: "price \(NumberText.significant(price)) nats")
  }
}

extension State {
  /// Sends a command, which is pending until its event arrives.
  mutating func send(_ command: TrainingCommand) -> Effect {
    let id = commands.nextID
    commands.nextID += 1
    commands.pending[id] = command
    return .send(Command(id: id, action: command.action))
  }

  /// What waits for an answer and edits a layer; the latest first.
  package func pendingEdit(of layer: Int) -> TrainingCommand? {
    latestPending { $0.scope.contains(layer) ? $0 : nil }
  }

  /// The first value that a pending command has, from the latest command back.
  func latestPending<Value>(_ value: (TrainingCommand) -> Value?) -> Value? {
    for id in commands.pending.keys.sorted(by: >) {
      if let found = commands.pending[id].flatMap(value) { return found }
    }
    return nil
  }
}

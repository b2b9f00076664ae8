import Experiment

/// The conditions that commands share, each with its reason.
extension KeyBinding.Availability {
  static func ready(_ state: State) -> Self {
    switch state.run.phase {
    case .ready: .available
    case .loading: .unavailable("the data are still loading")
    }
  }

  /// The trainer takes commands: it does after the last epoch too, but not once it was stopped.
  static func commanded(_ state: State) -> Self {
    ready(state).and {
      state.snapshot.state == .stopped ? .unavailable("the run was stopped for good") : .available
    }.and {
      switch state.run.link {
      case .own, .attached: .available
      case .lost(let reason): .unavailable(reason)
      case .recorded: .unavailable("this is a recording: nothing trains")
      }
    }
  }

  /// As `commanded`; or a recording is shown, which moves instead of a run.
  static func playable(_ state: State) -> Self { state.isRecording ? .available : commanded(state) }

  /// The run goes on without this screen.
  static func detachable(_ state: State) -> Self {
    ready(state).and {
      switch state.run.link {
      case .own(let refusal?): .unavailable(refusal)
      case .own, .attached: .available
      case .lost(let reason): .unavailable(reason)
      case .recorded: .unavailable("this is a recording: nothing trains")
      }
    }
  }

  /// Training can follow, if need be beyond the last epoch.
  static func trainable(_ state: State) -> Self {
    commanded(state).and {
      state.snapshot.state == .diverged
        ? .unavailable(
          "the run has diverged: \(state.hint("undo")) undoes an edit, "
            + "\(state.hint("learning-rate-lower")) lowers the learning rate") : .available
    }
  }

  /// Steps follow without further ado.
  static func training(_ state: State) -> Self {
    trainable(state).and {
      state.snapshot.state == .finished
        ? .unavailable("the run is finished: \(state.hint("pause")) trains on") : .available
    }
  }

  static func adaptive(_ state: State) -> Self {
    ready(state).and {
      state.snapshot.layers.isEmpty
        ? .unavailable("this network has no adaptive layer: its widths are fixed") : .available
    }
  }

  /// Cuts are measured for whoever asks.
  static func measured(_ state: State) -> Self {
    state.isRecording ? .unavailable("this is a recording: nothing is measured") : adaptive(state)
  }

  /// There is a cut, or a crosshair in its place.
  static func movable(_ state: State) -> Self {
    if state.isReadingSteps { return .available }
    let isPriced = !state.isRecording || state.shownCurve != nil
    return isPriced ? adaptive(state) : .unavailable("no price of a cut was recorded by this moment")
  }

  /// The selected layer is not waiting for another edit.
  static func editable(_ state: State) -> Self {
    commanded(state).and { adaptive(state) }.and {
      guard let pending = state.pendingEdit(of: state.cut.layer) else { return .available }
      return .unavailable("“\(pending.name)” is still pending")
    }
  }

  static func cuttable(_ state: State) -> Self {
    editable(state).and {
      let width = state.snapshot.layers[state.cut.layer].width
      if width <= 1 {
        return .unavailable("\(Wording.layer(state.cut.layer, in: state)) has one neuron: nothing to cut")
      }
      return state.kept(of: state.cut.layer) < width
        ? .available
        : .unavailable(
          "the cut keeps all \(NumberText.grouped(width)) neurons: "
            + "move it with \(state.hint("cut-less")) first")
    }
  }

  /// Nothing else is under way that a cut of several layers would wait for.
  static func priceable(_ state: State) -> Self {
    let pending = state.snapshot.layers.indices.lazy.compactMap { state.pendingEdit(of: $0) }.first
    return commanded(state).and {
      pending.map { .unavailable("“\($0.name)” is still pending") } ?? .available
    }
  }

  /// There is something to cut, and held-out rows to measure it on.
  static func priced(_ state: State) -> Self {
    commanded(state).and { adaptive(state) }.and {
      state.run.inspection?.hasRows == false
        ? .unavailable("there are no held-out rows to measure cuts on") : .available
    }
  }

  func and(_ next: () -> Self) -> Self { self == .available ? next() : self }
}

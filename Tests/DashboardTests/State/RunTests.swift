import Canvas
import Dashboard
import Experiment
import Testing

@Suite struct RunTests {
  @Test func spacePausesAndResumesEvenBeforeTheAnswer() {
    var state = Fixtures.spiralState()
    #expect(sent(state.press(" ")) == .pause)
    #expect(sent(state.press(" ")) == .resume)
    for (id, kind) in [(1, Event.Kind.paused), (2, .resumed)] {
      _ = update(&state, .event(Event(step: 1, epoch: 0, command: id, kind: kind)))
    }
    #expect(state.commands.pending.isEmpty)
    #expect(sent(state.press(" ")) == .pause)
    state.answer(.paused)
    #expect(state.snapshot.state == .paused)
    #expect(sent(state.press(" ")) == .resume)
  }

  @Test func singleStepsNeedAPause() {
    var state = Fixtures.spiralState()
    #expect(state.press(".").isEmpty)
    #expect(state.previewText == "one step: single steps are for a paused run: space pauses")
    state.press(" ")
    #expect(sent(state.press(".")) == .step)
  }

  @Test func paceClimbsTheLadderToUnlimitedAndBack() {
    var state = Fixtures.spiralState()
    var paces: [Double?] = []
    for _ in 0..<5 {
      guard case .setPace(let pace) = sent(state.press(">")) else { break }
      paces.append(pace)
    }
    #expect(paces == [50, 100, 250, 500, nil])
    #expect(state.press(">").isEmpty)
    #expect(state.previewText == "the pace is unlimited already")
    // Unlimited it runs at about 25 epochs a second: 500 would change nothing.
    state.take {
      $0.pace = nil
      $0.epochsPerSecond = 34
    }
    #expect(sent(state.press("<")) == .setPace(25))
    #expect(sent(state.press("<")) == .setPace(10))
  }

  @Test func paceHasASlowestStep() {
    var state = Fixtures.spiralState()
    state.take { $0.pace = 0.1 }
    #expect(state.press("<").isEmpty)
    #expect(state.previewText == "0.1 epochs/s is the slowest pace: space pauses")
    state.take { $0.pace = 30 }
    #expect(sent(state.press("<")) == .setPace(25))
  }

  @Test func learningRateChangesAddUpBeforeTheAnswer() {
    var state = Fixtures.spiralState()
    #expect(sent(state.press("+")) == .setLearningRate(0.0125))
    #expect(sent(state.press("=")) == .setLearningRate(0.0125 * 1.25))
    #expect(sent(state.press("-")) == .setLearningRate(0.0125 * 1.25 * 0.8))
  }

  @Test(arguments: [RunState.finished, .diverged])
  func anEndedRunCanGoOn(ended: RunState) {
    var state = Fixtures.spiralState()
    state.take {
      $0.state = ended
      $0.undoDepth = 1
    }
    #expect(StatusText.footer(state).contains { $0.name == "train on" })
    #expect(state.press(".").isEmpty)
    #expect(state.previewText.contains(ended == .finished ? "the run is finished" : "the run has diverged"))
    // Compression trains on by itself, from a finished run too.
    #expect(state.press("c") == (ended == .finished ? [.discardTypeAhead] : []))
    state.press(.escape)
    #expect(sent(state.press("-")) == .setLearningRate(0.008))
    #expect(sent(state.press("u")) == .undo)
    #expect(sent(state.press("e")) == .evaluateTest)
    #expect(sent(state.press(" ")) == .resume)
    #expect(sent(state.press(" ")) == .pause)
  }

  @Test func aStoppedRunTakesNoCommand() {
    var state = Fixtures.spiralState()
    state.press(.left)
    state.take {
      $0.state = .stopped
      $0.undoDepth = 1
    }
    for key in [" ", ".", "<", ">", "+", "-", "e", "t", "c", "w", "u"] {
      #expect(state.press(key).isEmpty)
      #expect(state.previewText.hasSuffix("the run was stopped for good"))
    }
    state.press(.left)
    #expect(state.kept(of: 0) == 65)
  }

  @Test func quitAsksOnlyIfTheRunWouldBeLost() {
    var state = Fixtures.spiralState()
    #expect(state.press("q") == [.discardTypeAhead])
    #expect(state.press("n").isEmpty)
    #expect(state.press("q") == [.discardTypeAhead])
    #expect(state.press(.enter) == [.quit])
    #expect(state.press(.control("c")) == [.quit])

    var finished = Fixtures.spiralState()
    finished.take { $0.state = .finished }
    #expect(finished.press("q") == [.quit])

    var saved = Fixtures.spiralState()
    saved.run.isSavedOnQuit = true
    #expect(saved.press(.control("c")) == [.quit])

    var loading = Fixtures.state()
    #expect(loading.press("q") == [.quit])
  }

  @Test func nothingIsSentWhileLoading() {
    let harmless: Set<String> = ["quit", "picture"]
    for way in KeyBinding.all.flatMap(\.commands) where !harmless.contains(way.id) {
      for key in way.keys {
        var state = Fixtures.state()
        #expect(state.press(key).isEmpty)
      }
    }
  }

  @Test func anOrdinaryNetworkHasNothingToCut() {
    var state = Fixtures.state(Fixtures.fixedWidth.snapshot, Fixtures.fixedWidth.inspection)
    for key in [Key.left, .home, .up, .character("t"), .character("T"), .character("c"), .character("w")] {
      #expect(state.press(key).isEmpty)
      #expect(state.previewText.hasSuffix("this network has no adaptive layer: its widths are fixed"))
    }
  }

  @Test func eventsReachTheLogInOrderAndNothingElseIsLost() {
    var state = Fixtures.spiralState()
    _ = update(&state, .event(Event(step: 5, epoch: 0.1, kind: .warning("the disk is full"))))
    _ = update(&state, .log("printed"))
    _ = update(&state, .notice("written to screen.svg"))
    #expect(state.messages.log.map(\.text) == ["the disk is full", "printed", "written to screen.svg"])
    #expect(state.messages.unread == 1)
    #expect(state.previewText == "written to screen.svg")
    state.press("o")
    #expect(state.messages.unread == 0)
    for index in 0..<2000 { _ = update(&state, .log("line \(index)")) }
    #expect(state.messages.log.count == 1000)
    #expect(state.messages.log.last?.text == "line 1999")
  }

  @Test func pictureIsAnEffect() {
    var state = Fixtures.spiralState()
    #expect(state.press("x") == [.export])
  }
}

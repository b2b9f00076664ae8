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
    state.answer(.paused) { $0.state = .paused }
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
    if ended == .finished {
      // Pressed to pause, it would have trained on.
      state.press(" ")
      #expect(
        state.question == .trainOn && state.previewText == "the run is finished: train on to epoch 500?")
      state.take { ($0.epoch, $0.epochsMore) = (500, 50) }
      #expect(state.previewText == "the run is finished: train 50 more epochs?")
      #expect(sent(state.press(.enter)) == .resume)
    } else {
      #expect(sent(state.press(" ")) == .resume)
    }
    #expect(sent(state.press(" ")) == .pause)
  }

  @Test func aMessageGivesWayButAnErrorStays() throws {
    var state = Fixtures.spiralState()
    #expect(state.fadingMessage == nil)
    state.press("l")
    let first = try #require(state.fadingMessage)
    state.press("l")
    let second = try #require(state.fadingMessage)
    #expect(first.number != second.number && second.seconds == 3)
    _ = update(&state, .messageSeen)
    #expect(state.previewText.hasPrefix("keep all 67 neurons"))
    state.answer(.rejected(reason: "no"))
    #expect(state.fadingMessage?.seconds == 6)
    state.answer(.diverged)
    #expect(state.fadingMessage == nil)
  }

  /// A resumed run has the marks and messages of before, and none of them is news.
  @Test func theHistoryOfARunIsTakenOver() {
    var state = Fixtures.spiralState()
    let events: [Event.Kind] = [
      .started, .truncated(layer: 0, from: 90, to: 67), .testEvaluated(Metrics(loss: 1)),
    ]
    _ = update(
      &state, .history(events.enumerated().map { Event(step: 100 * $0, epoch: Double($0), kind: $1) }))
    #expect(state.run.markers.map(\.label) == ["90→67"] && state.messages.log.count == 3)
    #expect(state.messages.current == nil && state.pendingEdit(of: 0) == nil)
    state.answer(.testEvaluated(Metrics(loss: 1, accuracy: 0.9)))
    #expect(state.previewText.contains("measured 2 times in this run"))
  }

  @Test func theHeaderSaysHowLongTheRestTakes() {
    var state = Fixtures.spiralState(width: 200, height: 40)
    state.take {
      ($0.epoch, $0.epochs, $0.epochsPerSecond, $0.pace) = (3.428, 10, 0.05, nil)
    }
    let header = StatusText.header(state).map(\.text)
    #expect(header.contains("epoch 3.42/10") && header.contains("20 s/epoch"))
    #expect(header.contains("2:11 min left") && header.contains("held-out in 11 s"))
    state.take { $0.epoch = 11.5 }
    #expect(StatusText.header(state).map(\.text).contains("epoch 11.50"))
    state.take { $0.state = .finished }
    #expect(!StatusText.header(state).contains { $0.text.hasSuffix("left") })
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
    // What cannot be saved is lost.
    saved.take { $0.risk = "No space left on device" }
    #expect(saved.press("q") == [.discardTypeAhead] && saved.question == .quit)
    #expect(saved.press(.enter) == [.quit])

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

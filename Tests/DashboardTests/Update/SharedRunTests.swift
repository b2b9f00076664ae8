import Dashboard
import Experiment
import Testing

/// A run that several dashboards show, or that trains elsewhere.
@Suite struct SharedRunTests {
  private func driver(_ link: Link = .attached) -> Driver {
    Driver(Fixtures.spiralState()).with { $0.run.link = link }.at(200, 36)
  }

  @Test func aRunThatIsNotHeardOfIsNoticed() {
    let silent = driver().receives(.silence(seconds: 6))
    silent.shows("no sign of life for 6 s")
    #expect(silent.line.hasPrefix("no sign of life of the run"))
    // Once is enough, however long it lasts; how long, the header says.
    let later = silent.press(.escape).receives(.silence(seconds: 7))
    later.shows("no sign of life for 7 s")
    #expect(!later.line.contains("no sign of life"))
    let back = later.receives(.silence(seconds: nil))
    #expect(back.line == "the run is heard of again" && !back.rows[0].contains("no sign of life"))
    let lost = silent.receives(.disconnected("the process that trained it is gone"))
    #expect(!lost.rows[0].contains("no sign of life"))
  }

  /// Nothing trains any more, whatever was last heard of it.
  @Test func aRunWhoseProcessIsGoneIsInterrupted() {
    let lost = driver().receives(.disconnected("the process that trained it is gone")).press(.escape)
    let header = lost.rows[0]
    #expect(header.contains("interrupted") && !header.contains("running"), "\(header)")
    #expect(!header.contains("left") && !header.contains("epochs/s"), "\(header)")
    #expect(StatusText.title(lost.state).contains("interrupted"))
    let finished = driver().receives(changing: { $0.state = .finished })
      .receives(.disconnected("the process that trained it is gone"))
    #expect(finished.rows[0].contains("finished") && !finished.rows[0].contains("interrupted"))
  }

  @Test func whoSteersIsSaid() {
    driver().receives(changing: { ($0.viewers, $0.steering) = (3, .this) }).shows("3 watch, you steer")
    driver().receives(changing: { ($0.viewers, $0.steering) = (3, .another) })
      .shows("3 watch, another steers")
    // Of a long run that runs, too: whoever cuts while another one does has to know.
    driver().at(120, 36).receives(changing: {
      ($0.viewers, $0.steering, $0.epochs, $0.pace) = (3, .another, 2_000_000, nil)
    }).shows("3 watch, another steers")
    driver().receives(changing: { ($0.viewers, $0.steering) = (1, .this) }).hides("you steer")
    var event = Event(step: 26_500, epoch: 212, kind: .truncated(layer: 0, from: 67, to: 60))
    #expect(driver().receives(.event(event)).line.hasPrefix("cut layer 1"))
    event.isOfAnother = true
    #expect(driver().receives(.event(event)).line.hasPrefix("another dashboard: cut layer 1"))
  }

  @Test func modelsAreSavedAndExported() {
    driver().press("s").expects(sent: .save(name: nil))
    driver().press(":").press("save Best one").press(.enter).expects(sent: .save(name: "Best one"))
    driver().press(":").press("export out/My-model.onnx").press(.enter)
      .expects(sent: .export(file: "out/My-model.onnx", .onnx))
    driver().press(":").press("export safetensors my file").press(.enter)
      .expects(sent: .export(file: "my file", .safetensors))
    // What is no name, or no format, is not sent.
    for line in ["save ../x", "save .hidden", "export model.pt", "export onnx"] {
      driver().press(":").press(line).press(.enter).expectsNoEffect()
    }
    let answered = driver().press("s").answers(.saved(folder: "runs/a"))
    #expect(answered.line == "saved in runs/a")
    #expect(
      driver().press("s").answers(.exported(file: "/tmp/a.onnx")).line
        == "the model is written to /tmp/a.onnx")
  }

  @Test func theWindowIsNamedByTheRun() {
    #expect(StatusText.title(driver().state).hasPrefix("spiral · running · "))
    #expect(StatusText.title(driver().state).hasSuffix(" %"))
  }

  /// A recording shows what was recorded, and offers nothing that would need the network.
  @Test func aRecordingShowsWhatWasMeasured() throws {
    let live = Fixtures.spiralState()
    let inspection = try #require(live.run.inspection)
    let none = driver(.own(refusal: nil)).receives(
      .recorded(playback: "paused 3/9", events: [], live.snapshot))
    none.shows("Nothing of this was recorded by then")
    #expect(!none.line.contains("moves the cut"))
    #expect(none.press(.left).line.contains("no price of a cut was recorded"))
    #expect(none.press("v").line.contains("this is a recording"))
    let measured = none.receives(
      .recorded(playback: "paused 4/9", events: [], live.snapshot, inspection))
    measured.hides("Nothing of this was recorded by then", "being renewed")
    #expect(measured.press(.left).line.contains("keep "))
    // What was measured later is not known when going back.
    measured.receives(.recorded(playback: "paused 1/9", events: [], live.snapshot))
      .shows("Nothing of this was recorded by then")
  }
}

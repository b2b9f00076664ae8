import Experiment
import Messaging
import RunFolders
import Testing
import Training

/// The time that measurements of widths take: it counts, and ends where the run is to end.
struct SettlingTimeTests {
  /// 19 batches an epoch: the evaluation before the measurement, which is entered as it begins, stops the run.
  @Test(arguments: [361, 589])
  func aRunStoppedDuringAMeasurementEndsAsIfItHadNotBegun(evaluation: Int) async throws {
    let scratch = try Scratch()
    let run = RecordedRun(configuration: SettlingRunTests.configuration(), dataset: SettlingRunTests.dataset)
    let whole = try run.begin(in: "\(scratch.path)/whole", isWatched: false, first: [])
    let end = await whole.outcome()
    let stopped = try run.begin(
      in: "\(scratch.path)/stopped", isWatched: false, first: [], stopsAt: evaluation)
    let early = await stopped.outcome()
    #expect(early.isStopped && early.steps == evaluation + 19)
    let moves = stopped.events.filter { if case .settled = $0.kind { true } else { false } }
    #expect(moves.allSatisfy { $0.step < early.steps })
    // The time that the measurement took is in the checkpoint: the run goes on from there, and not from before.
    let kept = try RunCheckpoint(in: RunFolder(of: "\(scratch.path)/stopped", isOwned: false))
    #expect(kept.seconds >= early.seconds)
    let resumed = try run.resume(in: "\(scratch.path)/stopped")
    let late = await resumed.outcome()
    #expect(late.seconds > early.seconds)
    #expect(
      try await RunResult(resumed, late, "\(scratch.path)/stopped")
        == RunResult(whole, end, "\(scratch.path)/whole"))
  }

  @Test func aStopTakesBackAPriceWhoseMeasurementItInterrupts() async throws {
    let (_, end) = await Session.headless(SettlingRunTests.configuration(), SettlingRunTests.dataset)
    let channels = RunChannels()
    let trainer = Trainer(
      configuration: SettlingRunTests.configuration(), dataset: SettlingRunTests.dataset, channels: channels,
      log: PriceLog(channels: channels), isWatched: true)
    let outcome = await trainer.run(measuringTest: false)
    #expect(outcome.widths == end.widths && outcome.settling?.price == 0.01)
    #expect(outcome.settling?.isSettled == true)
    let prices = channels.takeUpdate().events.compactMap { event -> Double? in
      if case .priceChanged(let price) = event.kind { price } else { nil }
    }
    #expect(prices == [0.2, 0.01])
  }

  @Test func measurementsCountAsTraining() async {
    let (session, _) = await Session.headless(SettlingRunTests.configuration(), SettlingRunTests.dataset)
    let seconds = session.evaluations.reduce(into: [:]) { $0[$1.step] = $1.seconds }
    func epoch(endingAt step: Int) -> Double { (seconds[step] ?? .nan) - (seconds[step - 19] ?? .nan) }
    let usual = stride(from: 209, through: 285, by: 19).map(epoch).min() ?? .nan
    // Fitting 512 neurons takes much longer than the steps of an epoch.
    #expect(epoch(endingAt: 380) > 3 * usual)
  }
}

/// Turns the price at the end of a run, and stops the run as it is measured.
private struct PriceLog: RunObserver {
  let channels: RunChannels

  func record(_ event: Event) {
    switch event.kind {
    case .finished: channels.commands.send(.unattended(.setPrice(price: 0.2)))
    case .priceChanged(price: 0.2): channels.commands.send(.unattended(.stop))
    default: break
    }
  }

  func record(_ measurement: Measurement) {}
  func close() async {}
}

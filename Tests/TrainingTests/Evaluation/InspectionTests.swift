import AdaptiveWidth
import Datasets
import Experiment
import SyntheticData
import Testing
import Training

@Suite(.timeLimit(.minutes(15))) struct InspectionTests {
  @Test func everyLayerHasItsCurveAndContributions() async throws {
    let (found, session) = await Session.inspection(of: Synthetic.classes(), layers: 2)
    let inspection = try #require(found)
    let widths = session.snapshot.layers.map(\.width)
    let outcome = await session.stop()
    #expect(inspection.contributions.map(\.count) == widths)
    #expect(inspection.contributions.joined().allSatisfy { $0 >= 0 && $0.isFinite })
    #expect(inspection.gains.map(\.count) == widths)
    for gains in inspection.gains {
      #expect(gains.allSatisfy { $0 >= 0 } && abs(gains.reduce(0, +) - 1) < 1e-4)
    }
    #expect(inspection.curves.map(\.layer) == [0, 1])
    #expect(
      inspection.curves.allSatisfy { $0.method == .repaired && $0.points.allSatisfy { $0.plain != nil } })
    #expect(inspection.joint?.method == .repaired)
    for (layer, curve) in inspection.curves.enumerated() {
      #expect(curve.step == 4)
      #expect(curve.points.first?.width == 1)
      let last = try #require(curve.points.last)
      #expect(last.width == widths[layer] && last.widths == widths)
      #expect(last.parameters == outcome.parameters)
      let loss = try #require(outcome.validation?.loss)
      #expect(abs(last.metrics.loss - loss) < 1e-5 && last.metrics.accuracy == outcome.validation?.accuracy)
      #expect(zip(curve.points, curve.points.dropFirst()).allSatisfy { $0.parameters < $1.parameters })
    }
    #expect(inspection.curves[1].isExact)
  }

  /// While nothing trains, every edit is still looked at: the screen never shows another network's curve.
  @Test func editsOfAPausedRunAreLookedAt() async {
    let (_, session) = await Session.inspection(of: Synthetic.plane())
    for width in [30, 12, 3] {
      await session.send(.truncate(layer: 0, width: width))
      await session.wait {
        $0.inspection?.curves.first?.points.last?.width == width
          && $0.inspection?.contributions.map(\.count) == [width]
      }
    }
    await session.send([.undo, .undo])
    await session.wait { $0.inspection?.curves.first?.points.last?.width == 30 }
    _ = await session.stop()
  }

  @Test func whatWasFoundOutBeforeAnEditIsNotDeliveredAfterIt() async {
    let (_, session) = await Session.inspection(of: Synthetic.plane())
    session.channels.inspections.post(
      Inspection(step: 4, curves: [], contributions: [], input: nil, rows: 99))
    await session.trainer.dropInspection()
    #expect(session.channels.inspections.take() == nil)
    // The next look comes, although no step was made.
    await session.send(.truncate(layer: 0, width: 9))
    await session.wait { $0.inspection?.curves.first?.points.last?.width == 9 }
    _ = await session.stop()
  }

  /// Files are often sorted by class: the first rows would be of one.
  @Test func someOfTheRowsAreDrawnFromAllOfThem() {
    let labels = (0..<2_000).map { Int32($0 / 1_000) }
    let table = Examples(
      rows: 2_000, columns: 1, features: labels.map(Float.init), targets: .classes(labels))
    let some = EvaluationRows(table, targetScaling: nil, limit: 1_200)
    #expect(some.rows == 1_200)
    let drawn = some.batches.flatMap(\.labels)
    #expect((500...700).contains(drawn.count { $0 == 1 }))
    #expect(some.batches.flatMap { $0.inputs.elements } == drawn.map(Float.init))
    let fewer = some.sample(600).batches.flatMap(\.labels)
    #expect(fewer.count == 512)
    #expect(EvaluationRows(table, targetScaling: nil).sample(1_100).batches.flatMap(\.labels).contains(1))
    let all = EvaluationRows(table, targetScaling: nil)
    #expect(all.batches.flatMap(\.labels) == labels)
  }

  /// What costs more is measured for who asks, also while nothing trains.
  @Test func ordersAndThePriceListAreMeasuredOnRequest() async throws {
    let (found, session) = await Session.inspection(of: Synthetic.classes(), layers: 2)
    let inspection = try #require(found)
    #expect(inspection.orders == nil && session.channels.frontiers.take() == nil)
    #expect(inspection.joint?.points.last?.widths == session.snapshot.layers.map(\.width))
    session.channels.wish = InspectionRequest(orderLayer: 1, wantsFrontier: true)
    var frontier: CutFrontier?
    await session.wait { session in
      frontier = session.channels.frontiers.take() ?? frontier
      return session.inspection?.orders != nil && frontier != nil
    }
    #expect(session.inspection?.orders?.layer == 1)
    #expect(session.inspection?.orders?.best.count == session.inspection?.orders?.widths.count)
    #expect(session.inspection?.orders?.widths == inspection.curves[1].points.map(\.width))
    let whole = try #require(frontier).whole
    #expect(whole.widths == session.snapshot.layers.map(\.width) && frontier?.step == 4)
    // However long the passes take, the first cut is timed.
    let times = try #require(frontier?.cuts[0].times)
    #expect(times.single > 0 && times.batch > 0)
    // Of the same network it is measured once.
    session.channels.wish = InspectionRequest(orderLayer: 0)
    await session.wait { $0.inspection?.orders?.layer == 0 }
    session.channels.wish = InspectionRequest(orderLayer: 1, wantsFrontier: true)
    await session.wait { $0.inspection?.orders?.layer == 1 }
    #expect(session.channels.frontiers.take() == nil)
    _ = await session.stop()
  }

  /// Row by row they agree with the metrics.
  @Test func predictionsAreMeasuredOnRequest() async throws {
    for dataset in [Synthetic.classes(), Synthetic.values()] {
      let (found, session) = await Session.inspection(of: dataset)
      #expect(found?.predictions == nil)
      session.channels.wish = InspectionRequest(wantsPredictions: true)
      await session.wait { $0.inspection?.predictions != nil }
      let predictions = try #require(session.inspection?.predictions)
      #expect(session.inspection?.step(of: .predictions) == 4 && session.inspection?.input != nil)
      #expect(predictions.rows == 30 && predictions.allRows == 30)
      let metrics = try #require(await session.stop().validation)
      switch predictions.result {
      case .classes(let matrix):
        #expect(matrix.names == dataset.classNames && matrix.isWellFormed && matrix.rows == 30)
        #expect(matrix.accuracy == metrics.accuracy)
      case .values(let values):
        let (rmse, r2) = (try #require(metrics.rmse), try #require(metrics.r2))
        #expect(values.target == dataset.targetName && values.values.count == 30)
        #expect(abs(values.rmse / rmse - 1) < 1e-4)
        #expect(abs(try #require(values.r2) - r2) < 1e-4)
      }
    }
  }

  /// A question about a cut is answered by its own price, on the same rows as the network as it is.
  @Test func theCutThatIsAskedAboutIsMeasured() async throws {
    let (found, session) = await Session.inspection(of: Synthetic.classes())
    let curve = try #require(found?.curves.first)
    for method in [CutMethod.repaired, .plain] {
      session.channels.wish = InspectionRequest(cut: CutRequest(widths: [7], method: method))
      var price: CutPrice?
      await session.wait { session in
        price = session.channels.prices.take() ?? price
        return price?.request.method == method
      }
      let measured = try #require(price)
      let point = try #require(curve.point(at: 7))
      #expect(measured.step == 4 && measured.rows == 30 && measured.request.widths == [7])
      #expect(measured.before.accuracy == curve.points.last?.metrics.accuracy)
      let (repaired, plain) = (point.metrics, try #require(point.plain))
      let (after, other) = method == .plain ? (plain, repaired) : (repaired, plain)
      #expect(measured.after.accuracy == after.accuracy && measured.other?.accuracy == other.accuracy)
      #expect(abs(measured.after.loss - after.loss) < 1e-5)
      // With as many rows that became right as wrong, d ∈ {−1, 0, 1} is uncertain by at most 1/√29.
      let error = try #require(measured.error)
      #expect(error >= 0 && error <= 1 / 29.0.squareRoot())
      let change = try #require(after.accuracy) - (measured.before.accuracy ?? 0)
      // Var(d) is at least |d̄| (1 − |d̄|), which it is if all changes go one way.
      #expect(error >= (abs(change) * (1 - abs(change)) / 30).squareRoot() - 1e-12)
    }
    // No cut of this network.
    session.channels.wish = InspectionRequest(cut: CutRequest(widths: [7, 7], method: .plain))
    await session.step(1)
    await session.wait { $0.isInspected(at: 5) }
    #expect(session.channels.prices.take()?.request.widths.count != 2)
    _ = await session.stop()
  }

  /// However slow training is, measurements have their share of it: a seventh, or half where they would be too old.
  @Test func measurementsHaveTheirShareOfTheTime() {
    #expect(InspectionClock.pause(after: .seconds(1), epoch: nil) == .seconds(6))
    #expect(InspectionClock.pause(after: .seconds(1), epoch: .seconds(100)) == .seconds(6))
    #expect(InspectionClock.pause(after: .seconds(1), epoch: .seconds(5)) == .seconds(4))
    #expect(InspectionClock.pause(after: .seconds(3), epoch: .seconds(4)) == .seconds(3))
    #expect(InspectionClock.pause(after: .milliseconds(1), epoch: .seconds(9)) == .milliseconds(125))
  }

  /// Curves that are waited for while training goes on are measured on fewer rows.
  @Test func rowsOfCurvesFollowTheTimeOfAnEpoch() {
    var rows = CutRows()
    #expect(rows.next(isWaiting: false) == 1_000 && rows.wereSome)
    rows.took(.seconds(1), epoch: .seconds(8), of: 3_000)
    #expect(rows.next(isWaiting: false) == 2_000)
    rows.took(.seconds(1), epoch: .seconds(8), of: 3_000)
    #expect(rows.next(isWaiting: false) == 3_000)
    rows.took(.seconds(9), epoch: .seconds(8), of: 3_000)
    #expect(rows.next(isWaiting: false) == 1_500 && rows.wereSome)
    #expect(rows.next(isWaiting: true) == .max && !rows.wereSome)
  }

  @Test func aFinishedRunIsLookedAt() async {
    let session = Session(first: [])
    await session.wait { $0.snapshot.state == .finished && $0.isInspected(at: 12) }
    _ = await session.stop()
  }

  @Test func nobodyLooksAtAnUnwatchedRun() async {
    let (session, _) = await Session.headless()
    #expect(session.inspection == nil)
  }

  @Test func withoutHeldOutRowsThereAreNoCurves() async {
    let (inspection, session) = await Session.inspection(of: Synthetic.plane(validation: 0))
    #expect(inspection?.curves.isEmpty == true && inspection?.contributions.isEmpty == true)
    if case .plane = inspection?.input {} else { Issue.record("no plane") }
    _ = await session.stop()
  }
}

import AdaptiveWidth
import Datasets
import Experiment
import Testing
import Training

@Suite(.timeLimit(.minutes(15))) struct InspectionTests {
  /// A look at a paused network after some steps.
  private static func inspection(
    of dataset: Dataset, layers: Int = 1, steps: Int = 4
  ) async -> (Inspection?, Session) {
    let session = Session(.small { $0.network.hiddenLayers = layers }, dataset)
    await session.step(steps)
    await session.wait { $0.isInspected(at: steps) }
    return (session.inspection, session)
  }

  @Test func everyLayerHasItsCurveAndContributions() async throws {
    let (found, session) = await Self.inspection(of: Synthetic.classes(), layers: 2)
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
    let (_, session) = await Self.inspection(of: Synthetic.plane())
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
    let (_, session) = await Self.inspection(of: Synthetic.plane())
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
    let (found, session) = await Self.inspection(of: Synthetic.classes(), layers: 2)
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
    _ = await session.stop()
  }

  /// Row by row they agree with the metrics.
  @Test func predictionsAreMeasuredOnRequest() async throws {
    for dataset in [Synthetic.classes(), Synthetic.values()] {
      let (found, session) = await Self.inspection(of: dataset)
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
    let (found, session) = await Self.inspection(of: Synthetic.classes())
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

  /// Curves that are waited for while training goes on are measured on fewer rows.
  /// However slow training is, measurements have their share of it: a seventh, or half where they would be too old.
  @Test func measurementsHaveTheirShareOfTheTime() {
    #expect(InspectionClock.pause(after: .seconds(1), epoch: nil) == .seconds(6))
    #expect(InspectionClock.pause(after: .seconds(1), epoch: .seconds(100)) == .seconds(6))
    #expect(InspectionClock.pause(after: .seconds(1), epoch: .seconds(5)) == .seconds(4))
    #expect(InspectionClock.pause(after: .seconds(3), epoch: .seconds(4)) == .seconds(3))
    #expect(InspectionClock.pause(after: .milliseconds(1), epoch: .seconds(9)) == .milliseconds(125))
  }

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

  @Test func twoInputsAreShownAsAPlane() async throws {
    let dataset = Synthetic.plane()
    let (inspection, session) = await Self.inspection(of: dataset)
    guard case .plane(let map) = inspection?.input else {
      Issue.record("no plane")
      return
    }
    #expect(map.classes.count == map.columns * map.rows && map.confidence.count == map.classes.count)
    #expect(map.classes.allSatisfy { $0 < 2 })
    #expect(map.confidence.allSatisfy { $0 >= 0.5 && $0 <= 1 })
    #expect(map.points.count == 30)
    for (row, point) in zip(dataset.validation.spreadRows(30), map.points) {
      #expect(point.x == dataset.validation.features[2 * row])
      #expect(point.y == dataset.validation.features[2 * row + 1])
    }
    for row in 0..<dataset.training.rows {
      #expect(map.x.contains(Double(dataset.training.features[2 * row])))
      #expect(map.y.contains(Double(dataset.training.features[2 * row + 1])))
    }
    _ = await session.stop()
  }

  /// The map of a network that has learned the circle is right about its middle and its corners.
  @Test func thePlaneIsTheRightWayUp() async throws {
    var dataset = Synthetic.plane(rows: 300)
    // Class 1 is above the diagonal only on the right: the picture has no symmetry.
    var labels: [Int32] = []
    for row in 0..<300 {
      let (x, y) = (dataset.training.features[2 * row], dataset.training.features[2 * row + 1])
      labels.append(x > 0 && y > 0 ? 1 : 0)
    }
    dataset.training.targets = .classes(labels)
    let session = Session(.small { $0.training.epochs = 60 }, dataset, first: [])
    await session.wait { $0.snapshot.state == .finished && $0.isInspected(at: $0.snapshot.step) }
    guard case .plane(let map) = session.inspection?.input else {
      Issue.record("no plane")
      return
    }
    func winner(_ column: Int, _ row: Int) -> UInt8 { map.classes[row * map.columns + column] }
    let (right, bottom) = (map.columns * 3 / 4, map.rows * 3 / 4)
    #expect(winner(right, map.rows / 4) == 1)
    #expect(winner(map.columns / 4, map.rows / 4) == 0)
    #expect(winner(right, bottom) == 0)
    _ = await session.stop()
  }

  /// A folder for each class gives rows in the order of the classes.
  @Test(arguments: [0, 1, 2, 3, 10, 200, 400, 6_000])
  func aFirstLookIsOfAllClasses(rows: Int) {
    let labels = (0..<rows).map { Int32($0 * 4 / rows) }
    let table = Examples(rows: rows, columns: 0, features: [], targets: .classes(labels))
    let shown = table.spreadRows(24)
    #expect(Set(shown).count == min(24, rows) && shown.allSatisfy { (0..<rows).contains($0) })
    if rows >= 200 {
      for start in 0..<shown.count - 5 {
        #expect(Set(shown[start..<start + 6].map { labels[$0] }).count == 4)
      }
    }
  }

  @Test func imagesAreShownAsTheyWereInTheFile() async {
    let (inspection, session) = await Self.inspection(of: Synthetic.images())
    guard case .images(let images) = inspection?.input else {
      Issue.record("no images")
      return
    }
    #expect(!images.isEmpty && images.count <= 30)
    for image in images {
      #expect(image.width == 3 && image.height == 2)
      #expect(image.pixels.sorted() == [51, 51, 51, 51, 51, 255])
      let bright = image.pixels.firstIndex(of: 255)! % 3
      #expect(image.actual == ["left", "middle", "right"][bright])
      #expect(["left", "middle", "right"].contains(image.predicted))
    }
    _ = await session.stop()
  }

  @Test func classesAreCounted() async throws {
    let dataset = Synthetic.classes()
    let (inspection, session) = await Self.inspection(of: dataset)
    guard case .classes(let classes) = inspection?.input else {
      Issue.record("no classes")
      return
    }
    #expect(classes.map(\.name) == ["inside", "outside"])
    #expect(classes.map(\.rows).reduce(0, +) == 30)
    let right = classes.reduce(0) { $0 + $1.accuracy * Double($1.rows) }
    let accuracy = try #require(await session.stop().validation?.accuracy)
    #expect(abs(right / 30 - accuracy) < 1e-9)
  }

  @Test func valuesAreShownInTheirOwnUnit() async throws {
    let dataset = Synthetic.values()
    let (inspection, session) = await Self.inspection(of: dataset)
    guard case .scatter(let values) = inspection?.input,
      case .values(let actual, _) = dataset.validation.targets
    else {
      Issue.record("no values")
      return
    }
    #expect(values.count == 30)
    #expect(zip(values, actual).allSatisfy { abs($0.actual - (100 + 10 * $1)) < 1e-3 })
    let squares = values.map { Double($0.actual - $0.predicted) * Double($0.actual - $0.predicted) }
    let rmse = try #require(await session.stop().validation?.rmse)
    #expect(abs((squares.reduce(0, +) / 30).squareRoot() - rmse) < 1e-3)
  }

  @Test func withoutHeldOutRowsThereAreNoCurves() async {
    let (inspection, session) = await Self.inspection(of: Synthetic.plane(validation: 0))
    #expect(inspection?.curves.isEmpty == true && inspection?.contributions.isEmpty == true)
    if case .plane = inspection?.input {} else { Issue.record("no plane") }
    _ = await session.stop()
  }
}

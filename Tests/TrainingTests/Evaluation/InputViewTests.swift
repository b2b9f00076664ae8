import AdaptiveWidth
import Datasets
import Experiment
import SyntheticData
import Testing

/// What of the inputs is shown: planes, images, classes and values.
@Suite(.timeLimit(.minutes(15))) struct InputViewTests {
  @Test func twoInputsAreShownAsAPlane() async throws {
    let dataset = Synthetic.plane()
    let (inspection, session) = await Session.inspection(of: dataset)
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
    let (inspection, session) = await Session.inspection(of: Synthetic.images())
    guard case .images(let images) = inspection?.input else {
      Issue.record("no images")
      return
    }
    #expect(!images.isEmpty && images.count <= 30)
    for image in images {
      #expect(image.width == 3 && image.height == 2)
      #expect(image.pixels.sorted() == [51, 51, 51, 51, 51, 255])
      let bright = image.pixels.firstIndex(of: 255)! % 3
      let columns = ["column 1", "column 2", "column 3"]
      #expect(image.actual == columns[bright] && columns.contains(image.predicted))
    }
    _ = await session.stop()
  }

  @Test func classesAreCounted() async throws {
    let dataset = Synthetic.classes()
    let (inspection, session) = await Session.inspection(of: dataset)
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
    let (inspection, session) = await Session.inspection(of: dataset)
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
}

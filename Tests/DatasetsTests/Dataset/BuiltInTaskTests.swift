import Datasets
import Experiment
import Foundation
import Testing

@Suite struct BuiltInTaskTests {
  private func load(_ task: BuiltInTask, seed: UInt64 = 3) throws -> Dataset {
    try .load(DataOptions(task: task, validation: 0.1, test: 0.2), seed: seed)
  }

  /// All rows as points with their class.
  private func points(_ dataset: Dataset) -> [(x: Double, y: Double, label: Int32)] {
    [dataset.training, dataset.validation, dataset.test].compactMap { $0 }.flatMap { table in
      (0..<table.rows).map { (Double(table.row($0)[0]), Double(table.row($0)[1]), table.classes[$0]) }
    }
  }

  @Test(arguments: [(BuiltInTask.doubleMoon, 5000), (.spiral, 5000), (.spiralHard, 10000)])
  func isBalancedInEveryPart(task: BuiltInTask, rows: Int) throws {
    let dataset = try load(task)
    let test = try #require(dataset.test)
    let parts: [Int] = [dataset.training.rows, dataset.validation.rows, test.rows]
    #expect(parts == [rows * 7 / 10, rows / 10, rows / 5])
    for table in [dataset.training, dataset.validation, test] {
      #expect(table.classes.count { $0 == 1 } * 2 == table.rows)
    }
    #expect(dataset.problem == .classification)
    #expect(dataset.classNames == ["0", "1"])
    #expect(dataset.featureNames == ["x", "y"])
    #expect(dataset.featureScaling == .identity(2))
    #expect(dataset.image == nil && dataset.targetScaling == nil)
  }

  @Test func doubleMoonLiesOnTwoHalfCircles() throws {
    var errors: [Double] = []
    for (x, y, label) in points(try load(.doubleMoon)) {
      // Class 0 is the upper half around (−5, 0), class 1 the lower half around (5, 0).
      let sign = label == 0 ? 1.0 : -1.0
      #expect(sign * y > -2)
      errors.append(hypot(x + sign * 5, y) - 10)
    }
    expectNoise(errors, deviation: 0.3)
  }

  @Test(arguments: [(BuiltInTask.spiral, 1.0), (.spiralHard, 2.0)])
  func spiralsHaveTheirArmsAndDensity(task: BuiltInTask, t: Double) throws {
    let points = points(try load(task))
    var errors: [Double] = []
    var inner = 0
    for (x, y, label) in points {
      let sign = label == 0 ? t : -t
      let (a, b) = (sign * x, sign * y)
      // (−r cos r, r sin r) has length r and direction π − r.
      let length = hypot(a, b)
      if length < 2 * Double.pi * t { inner += 1 }
      guard length > 3 else { continue }
      let turns = (atan2(b, a) - (Double.pi - length)).remainder(dividingBy: 2 * .pi)
      errors.append(turns * length / (1 + length * length).squareRoot())
    }
    expectNoise(errors, deviation: 0.3)
    // r = 4πt√u, so that u < 1/4 is the inner half of the radius.
    #expect(abs(Double(inner) / Double(points.count) - 0.25) < 0.03)
  }

  @Test func seedDecidesEverything() throws {
    #expect(try load(.spiral) == load(.spiral))
    #expect(try load(.spiral) != load(.spiral, seed: 4))
  }

  private func expectNoise(_ errors: [Double], deviation: Double) {
    let mean = errors.reduce(0, +) / Double(errors.count)
    let variance = errors.reduce(0) { $0 + $1 * $1 } / Double(errors.count)
    #expect(abs(mean) < 0.03)
    #expect(abs(variance.squareRoot() / deviation - 1) < 0.05)
  }
}

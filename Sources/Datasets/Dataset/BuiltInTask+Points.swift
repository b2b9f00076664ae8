import Experiment
import Glibc
import LinearAlgebra

extension BuiltInTask {
  /// Rows of each of the two classes.
  var rowsPerClass: Int {
    switch self {
    case .doubleMoon, .spiral: 2500
    case .spiralHard: 5000
    }
  }

  /// Coordinates x, y of every row, class 0 before class 1: [2 · rowsPerClass, 2].
  ///
  /// Every point and coordinate has its own u, uniform in [0, 1), and ε ~ N(0, 0.3²). The double moon has a = πu and
  /// ±(10 cos a − 5, 10 sin a) + ε; the spirals have r = 4πt√u and ±(−r cos r + ε, r sin r + ε)/t, t = 1 or, for the
  /// hard one, 2.
  func points(seed: UInt64) -> [Float] {
    var stream = RandomStream(seed: seed, purpose: "points")
    var points: [Float] = []
    points.reserveCapacity(4 * rowsPerClass)
    for sign in [1.0, -1.0] {
      for _ in 0..<rowsPerClass {
        let (x, y) = point(&stream)
        points.append(Float(sign * x))
        points.append(Float(sign * y))
      }
    }
    return points
  }

  /// A point of class 0. Class 1 is its mirror image through the origin, with noise, which is symmetric.
  private func point(_ stream: inout RandomStream) -> (x: Double, y: Double) {
    let u = stream.uniform()
    let noise = (0.3 * stream.normal(), 0.3 * stream.normal())
    switch self {
    case .doubleMoon:
      let a = Double.pi * u
      return (10 * cos(a) - 5 + noise.0, 10 * sin(a) + noise.1)
    case .spiral, .spiralHard:
      let t = self == .spiral ? 1.0 : 2.0
      let r = 4 * Double.pi * t * u.squareRoot()
      return ((-r * cos(r) + noise.0) / t, (r * sin(r) + noise.1) / t)
    }
  }
}

extension Dataset {
  /// A built-in task. Its coordinates are not standardized.
  static func builtIn(
    _ task: BuiltInTask, validation: Double, test: Double, fold: Fold?, seed: UInt64
  ) throws(DataError) -> Dataset {
    let points = task.points(seed: seed)
    let classes = (0..<2 * task.rowsPerClass).map { Int32($0 / task.rowsPerClass) }
    let split = try Split(classes: classes, validation: validation, test: test, fold: fold, seed: seed)
    func table(_ rows: [Int32]) -> Examples {
      Examples(
        rows: rows.count, columns: 2, features: rows.flatMap { points[2 * Int($0)...2 * Int($0) + 1] },
        targets: .classes(rows.map { classes[Int($0)] }))
    }
    let columns = ["x", "y"].enumerated().map { InputColumn(name: $1, position: $0, kind: .number) }
    return Dataset(
      name: task.rawValue, training: table(split.training), validation: table(split.validation),
      test: split.test.isEmpty ? nil : table(split.test),
      preparation: Preparation(
        inputs: .columns(columns, width: 3, targetPosition: 2, hasHeader: true), targetName: "class",
        target: .classes(["0", "1"]), featureScaling: .identity(2)))
  }
}

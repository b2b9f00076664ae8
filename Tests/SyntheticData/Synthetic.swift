import Datasets
import Experiment
import LinearAlgebra

/// Small data sets made in memory.
package enum Synthetic {
  /// Two inputs, two classes on either side of a circle.
  package static func plane(rows: Int = 90, validation: Int = 30, test: Int = 20) -> Dataset {
    classes(columns: 2, rows: rows, validation: validation, test: test)
  }

  /// Classes by the distance from the origin: no straight line divides them.
  package static func classes(
    columns: Int = 3, rows: Int = 90, validation: Int = 30, test: Int = 20
  ) -> Dataset {
    var random = RandomStream(seed: 5, purpose: "synthetic classes")
    func table(_ rows: Int) -> Examples {
      let features = (0..<rows * columns).map { _ in Float(random.normal()) }
      let labels = (0..<rows).map { row in
        let radius = features[row * columns..<(row + 1) * columns].reduce(0) { $0 + $1 * $1 }
        return Int32(radius > Float(columns) ? 1 : 0)
      }
      return Examples(rows: rows, columns: columns, features: features, targets: .classes(labels))
    }
    return dataset(
      table, rows, validation, test,
      Preparation(
        inputs: inputs(columns), targetName: "class", target: .classes(["inside", "outside"]),
        featureScaling: .identity(columns)))
  }

  /// y = 100 + 10 (x₀² − x₁), standardized with exactly these numbers.
  package static func values(rows: Int = 90, validation: Int = 30, test: Int = 20) -> Dataset {
    var random = RandomStream(seed: 6, purpose: "synthetic values")
    func table(_ rows: Int) -> Examples {
      let features = (0..<rows * 2).map { _ in Float(random.normal()) }
      let values = (0..<rows).map { (row: Int) -> Float in
        let (first, second) = (features[2 * row], features[2 * row + 1])
        return first * first - second
      }
      return Examples(rows: rows, columns: 2, features: features, targets: .values(values, outputs: 1))
    }
    return dataset(
      table, rows, validation, test,
      Preparation(
        inputs: inputs(2), targetName: "y", target: .value(Scaling(means: [100], scales: [10])),
        featureScaling: .identity(2)))
  }

  /// Images of a single bright pixel, whose column is their class.
  package static func images(width: Int = 3, height: Int = 2) -> Dataset {
    var random = RandomStream(seed: 7, purpose: "synthetic images")
    let size = width * height
    let scaling = Scaling(
      means: [Double](repeating: 0.25, count: size), scales: [Double](repeating: 0.5, count: size))
    func table(_ rows: Int) -> Examples {
      var features: [Float] = []
      var labels: [Int32] = []
      for _ in 0..<rows {
        let bright = random.below(size)
        features += (0..<size).map { scaling.standardized($0 == bright ? 1 : 0.2, at: $0) }
        labels.append(Int32(bright % width))
      }
      return Examples(rows: rows, columns: size, features: features, targets: .classes(labels))
    }
    return dataset(
      table, 60, 30, 10,
      Preparation(
        inputs: .image(ImageShape(width: width, height: height)), targetName: "label",
        target: .classes((1...width).map { "column \($0)" }), featureScaling: scaling))
  }

  /// Sequences of 2 to 7 steps whose class is the sign of the first: it must be remembered to the end.
  package static func sequences(rows: Int = 90, validation: Int = 60, test: Int = 20) -> Dataset {
    var random = RandomStream(seed: 8, purpose: "synthetic sequences")
    func table(_ rows: Int) -> Examples {
      var (features, labels, offsets): ([Float], [Int32], [Int32]) = ([], [], [0])
      for _ in 0..<rows {
        let first = Float(random.normal())
        labels.append(first > 0 ? 1 : 0)
        features += [first, 1]
        for _ in 0..<1 + random.below(6) { features += [Float(random.normal()), 0] }
        offsets.append(Int32(features.count / 2))
      }
      return Examples(columns: 2, features: features, targets: .classes(labels), offsets: offsets)
    }
    return Dataset(
      name: "synthetic", training: table(rows), validation: table(validation), test: table(test),
      preparation: Preparation(
        inputs: .columns(
          (0..<2).map { InputColumn(name: "x\($0)", position: $0, kind: .number) }, width: 5,
          targetPosition: 2, hasHeader: true), targetName: "class", target: .classes(["down", "up"]),
        featureScaling: .identity(2),
        sequence: .columns(
          identifier: .init(name: "id", position: 3), time: .init(name: "time", position: 4))))
  }

  /// Paths and stars of four to eight nodes, which all have the same label.
  package static func graphs() -> Dataset {
    func table(_ rows: Int) -> Examples {
      var graphs = GraphRows(
        nodeOffsets: [0], neighborStarts: [0], neighbors: [], marks: [], marksPerNode: 1, attributes: [],
        attributeCount: 0, featureCount: 1)
      for row in 0..<rows {
        let nodes = Int32(4 + row % 5)
        for node in 0..<nodes {
          let isStar = row % 2 == 0
          let neighbors: [Int32] =
            if isStar { node == 0 ? Array(1..<nodes) : [0] } else {
              [node - 1, node + 1].filter { (0..<nodes).contains($0) }
            }
          graphs.neighbors += neighbors
          graphs.neighborStarts.append(Int32(graphs.neighbors.count))
          graphs.marks.append(0)
        }
        graphs.nodeOffsets.append(graphs.nodeOffsets[row] + nodes)
      }
      return Examples(
        rows: rows, columns: 1, features: [], targets: .classes((0..<rows).map { Int32($0 % 2) }),
        structure: .graphs(graphs))
    }
    return dataset(
      table, 90, 30, 10,
      Preparation(
        inputs: .graphs(GraphInputs(labels: [[1]], attributes: 0, largestDegree: nil)), targetName: "shape",
        target: .classes(["star", "path"]),
        featureScaling: .identity(1)))
  }

  private static func inputs(_ columns: Int) -> Preparation.Inputs {
    .columns(
      (0..<columns).map { InputColumn(name: "x\($0)", position: $0, kind: .number) }, width: columns + 1,
      targetPosition: columns, hasHeader: true)
  }

  private static func dataset(
    _ table: (Int) -> Examples, _ rows: Int, _ validation: Int, _ test: Int, _ preparation: Preparation
  ) -> Dataset {
    Dataset(
      name: "synthetic", training: table(rows), validation: table(validation),
      test: test > 0 ? table(test) : nil, preparation: preparation)
  }
}

extension Configuration {
  /// Three minibatches an epoch of 90 rows; one adaptive layer of 47 neurons.
  package static func small(_ change: (inout Configuration) -> Void = { _ in }) -> Configuration {
    var result = Configuration(name: "small", data: DataOptions(path: "synthetic"))
    result.network.initialRate = 0.05
    result.training.epochs = 4
    result.training.batchSize = 32
    change(&result)
    return result
  }
}

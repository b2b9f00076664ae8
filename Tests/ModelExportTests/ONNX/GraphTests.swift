import AdaptiveWidth
import Datasets
import Experiment
import Glibc
import LinearAlgebra
import ModelExport
import Testing

/// Everything but the numbers' last digits can be seen without another program.
@Suite struct GraphTests {
  static let table = (
    training: "size,colour,age,kind\n1,red,3,u\n2,blue,1,v\n3,,,u\n6,red,9,w\n2,blue,4,w\n",
    rows: "1,red,3,u\n2.5,green,-7,u\n,,9,v\n1e9,blue,,w\n4,NA,2,u\n"
  )
  static let regression = (
    training: "a,b,price\n1,2,1000.5\n2,5,3000.25\n4,1,2500\n7,7,100.75\n", rows: "1,2,0\n,3,0\n9,-4,0\n"
  )

  @Test func tablesAreReadAsFilesAre() throws {
    let sample = try Sample(training: Self.table.training, rows: Self.table.rows)
    let model = try sample.model()
    #expect(model.graph.input.map(\.name) == ["size", "colour", "age"])
    #expect(model.graph.input.map(\.elementType) == [.float, .string, .float])
    let features = GraphEvaluator(model.graph, inputs: sample.inputs(of: model)).values["features"]
    #expect(features == sample.features.tensor)
    #expect(sample.features.elements.contains { $0 > 1e6 })
  }

  @Test(arguments: [nil, .integers, .floats, .fractions, .booleans] as [PixelRange?])
  func imagesAreTakenAsTheirFilesHaveThem(range: PixelRange?) throws {
    let pixels = (0..<60).map { UInt8(truncatingIfNeeded: 37 * $0) }
    let scaling = Scaling(
      means: [Double](repeating: 0.13, count: 20), scales: [Double](repeating: 0.3, count: 20))
    let sample = try Sample(
      images: pixels, shape: ImageShape(width: 4, height: 5), scaling: scaling, range: range)
    let model = try sample.model()
    #expect(model.graph.input.map(\.name) == ["pixels"])
    #expect(model.graph.input[0].docString.hasSuffix(range?.white == 1 ? "0 to 1" : "0 to 255"))
    #expect(model.graph.input[0].columns == 20)
    let graph = GraphEvaluator(model.graph, inputs: sample.inputs(of: model))
    let features = try #require(graph.values["features"])
    #expect(difference(features, sample.features.tensor) < 1e-6)
  }

  @Test(arguments: Activation.allCases, [nil, [5, 9]] as [[Int]?])
  func probabilitiesAndLabelsAreTheNetworks(activation: Activation, widths: [Int]?) throws {
    var options = Sample.options
    options.activation = activation
    options.fixedWidths = widths
    let sample = try Sample(training: Self.table.training, rows: Self.table.rows, options: options)
    let model = try sample.model()
    let graph = GraphEvaluator(model.graph, inputs: sample.inputs(of: model))
    let outputs = sample.outputs
    let probabilities = try #require(graph.values["probabilities"])
    #expect(difference(probabilities, sample.probabilities) < 1e-5)
    #expect(graph.values["label"]?.texts == outputs.largestColumns.map { ["u", "v", "w"][$0] })
    #expect(model.graph.output.map(\.name) == ["probabilities", "label"])
    #expect(model.graph.output.map(\.elementType) == [.float, .string])
    #expect(model.graph.output.map(\.columns) == [3, nil])
  }

  @Test func predictionsAreInTheTargetsUnit() throws {
    let sample = try Sample(training: Self.regression.training, rows: Self.regression.rows)
    let model = try sample.model()
    let graph = GraphEvaluator(model.graph, inputs: sample.inputs(of: model))
    let expected = sample.outputs.elements.map { sample.preparation.targetScaling!.restored($0, at: 0) }
    let found = try #require(graph.values["prediction"])
    #expect(difference(found, Tensor(rows: 3, columns: 1, numbers: expected)) < 0.01)
    #expect(expected.allSatisfy { abs($0) > 100 })
    #expect(model.graph.output.map(\.name) == ["prediction"])
  }

  @Test func importancesAreInTheWeightsBehind() throws {
    let sample = try Sample(training: Self.regression.training, rows: Self.regression.rows)
    let weights = Dictionary(
      uniqueKeysWithValues: try sample.model().graph.initializer.map { ($0.name, Tensor($0)) })
    let layers = sample.network.blocks.compactMap { $0 as? Dense }
    let first = try #require(weights["layer 1 weights"])
    #expect(first == layers[0].weights.value.tensor)
    for index in 1..<3 {
      let importances = sample.network.adaptation(index - 1).importances
      let folded = try #require(weights["layer \(index + 1) weights"])
      #expect((folded.rows, folded.columns) == (sample.network.shape[index], sample.network.shape[index + 1]))
      for row in 0..<folded.rows {
        #expect(folded[row, 0] == Double(layers[index].weights.value[row, 0] * importances[0, row]))
      }
    }
  }

  /// Right after a cut importances are not those of rate and width.
  @Test(arguments: [WidthPolicy.hold, .cap]) func cutsAreExported(policy: WidthPolicy) throws {
    var sample = try Sample(training: Self.table.training, rows: Self.table.rows)
    sample.network.truncate(layer: 0, to: 7, policy: policy)
    sample.network.truncate(layer: 1, to: 1, policy: policy)
    let model = try sample.model()
    let graph = GraphEvaluator(model.graph, inputs: sample.inputs(of: model))
    #expect(model.graph.initializer.first { $0.name == "layer 2 weights" }?.dims == [7, 1])
    let probabilities = try #require(graph.values["probabilities"])
    #expect(difference(probabilities, sample.probabilities) < 1e-5)
  }

  /// What leaves the neurons that stay has other weights and biases then, and perhaps another order.
  @Test(arguments: [CutMethod.repaired, .best]) func repairedCutsAreExported(method: CutMethod) throws {
    var sample = try Sample(training: Self.table.training, rows: Self.table.rows)
    let fitting = Batch(inputs: sample.features, labels: [Int32](repeating: 0, count: sample.features.rows))
    var cutter = Cutter(sample.network, method, EvaluationRows(batches: [fitting], fitting: [fitting]))
    let plain = sample.network.truncated(to: [7, 2])
    sample.network = cutter.network(keeping: [7, 2])
    #expect(sample.network.parameters.map(\.value) != plain.parameters.map(\.value))
    let model = try sample.model()
    let graph = GraphEvaluator(model.graph, inputs: sample.inputs(of: model))
    let probabilities = try #require(graph.values["probabilities"])
    #expect(difference(probabilities, sample.probabilities) < 1e-5)
    #expect(
      graph.values["label"]?.texts == sample.outputs.largestColumns.map { ["u", "v", "w"][$0] })
  }

  @Test func theSameNetworkGivesTheSameBytes() throws {
    let exporter = try Sample(training: Self.table.training, rows: Self.table.rows).exporter
    #expect(try exporter.model() == exporter.model())
  }

  @Test func saysWhatItIs() throws {
    let sample = try Sample(training: Self.table.training, rows: Self.table.rows)
    let model = try sample.model()
    #expect(model.producerName == "awn-tui")
    #expect(model.producerVersion == "1.2.3")
    #expect(model.graph.name == "sample")
    #expect(
      model.docString
        == "Predicts kind from values as files have them. Learned widths: "
        + sample.network.widths.map(String.init).joined(separator: ", ") + ".")
    let entries = Dictionary(uniqueKeysWithValues: model.metadataProps.map { ($0.key, $0.value) })
    #expect(entries["class_names"] == #"["u","v","w"]"#)
    #expect(entries["target"] == "kind")
    #expect(entries["problem"] == "classification")
    #expect(entries["shape"] == "[5,\(sample.network.widths.map(String.init).joined(separator: ",")),3]")
    #expect(model.opsetImport.map(\.version) == [13, 2])
  }
}

extension Sample {
  var probabilities: Tensor {
    let logits = outputs
    return .filled(rows: logits.rows, columns: logits.columns) { row, column in
      1 / (0..<logits.columns).reduce(0) { $0 + exp(Double(logits[row, $1]) - Double(logits[row, column])) }
    }
  }
}

/// The largest one between elements.
func difference(_ left: Tensor, _ right: Tensor) -> Double {
  guard (left.rows, left.columns) == (right.rows, right.columns) else { return .infinity }
  return zip(left.numbers, right.numbers).reduce(0) { max($0, abs($1.0 - $1.1)) }
}

extension Onnx_ValueInfoProto {
  var elementType: Onnx_TensorProto.DataType? { .init(rawValue: Int(type.tensorType.elemType)) }

  /// Of [N, columns].
  var columns: Int? {
    let shape = type.tensorType.shape.dim
    return shape.count == 2 ? Int(shape[1].dimValue) : nil
  }
}

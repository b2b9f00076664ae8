import AdaptiveWidth
import Datasets
import Experiment
import LinearAlgebra
import ModelExport
import SwiftProtobuf
import Testing

@Suite struct EdgeTests {
  private let names = ["label", "", "b\u{0}\u{1B}", "", "size", "size", "probabilities", "x1"]

  /// Columns of numbers with these names, and two classes.
  private func exporter(_ names: [String], mean: Double = 0) -> ONNXExporter {
    let columns = names.enumerated().map { InputColumn(name: $1, position: $0, kind: .number) }
    let preparation = Preparation(
      inputs: .columns(columns, width: names.count + 1, targetPosition: names.count, hasHeader: true),
      targetName: "t", target: .classes(["", "é\"]"]),
      featureScaling: Scaling(
        means: names.map { _ in mean }, scales: [Double](repeating: 1, count: names.count)))
    let network = Network(
      options: NetworkOptions(fixedWidths: [2]), ratePrior: nil, inputs: names.count, outputs: 2,
      problem: .classification, seed: 0)
    return ONNXExporter(network: network, preparation: preparation, name: "", version: "1")
  }

  @Test func namesAreAllDifferentAndHarmless() throws {
    let graph = try Onnx_ModelProto(serializedBytes: exporter(names).model()).graph
    #expect(
      graph.input.map(\.name) == ["label", "x1.2", "b__", "x3", "size", "size.2", "probabilities", "x1"])
    #expect(graph.output.map(\.name) == ["probabilities.2", "label.2"])
    #expect(graph.name == "network")
    let produced = graph.input.map(\.name) + graph.initializer.map(\.name) + graph.node.flatMap(\.output)
    #expect(Set(produced).count == produced.count)
  }

  @Test func columnsCalledLikeInnerValuesKeepTheirNames() throws {
    let names = ["features", "means", "layer 1 sum", "winner", "classes"]
    let graph = try Onnx_ModelProto(serializedBytes: exporter(names).model()).graph
    #expect(graph.input.map(\.name) == names)
    let zeros = names.map { ($0, Tensor(rows: 1, columns: 1, numbers: [0])) }
    let values = GraphEvaluator(graph, inputs: Dictionary(uniqueKeysWithValues: zeros)).values
    #expect(values["probabilities"]?.columns == 2)
  }

  /// What stands for a missing cell is told from a category, and from an unseen text, as in files.
  @Test(arguments: [true, false]) func missingTextsAreThoseOfFiles(hasMissing: Bool) throws {
    let texts = MissingText.all + ["n", "nil", "-", "N A", "red", "blue", "RED", "unseen"]
    let training = "c,x,t\nred,1,u\nblue,2,v\n\(hasMissing ? "" : "red"),3,u\nred,5,v\n"
    let rows = texts.map { "\($0),1,u\n" }.joined()
    let sample = try Sample(training: training, rows: rows)
    let model = try sample.model()
    let graph = GraphEvaluator(model.graph, inputs: sample.inputs(of: model))
    #expect(graph.values["features"] == sample.features.tensor)
    #expect(sample.features.columns == (hasMissing ? 4 : 3))
  }

  /// A time of day in seconds since 1970: floats are two minutes apart there.
  @Test func numbersThatFloatsCannotTellApartAreDoubles() throws {
    let times = [1_700_000_001, 1_700_000_060, 1_700_000_300, 1_700_000_007]
    let training = "time,x,t\n" + times.map { "\($0),\($0 % 7),u\n\($0 + 30),\($0 % 5),v\n" }.joined()
    let sample = try Sample(training: training, rows: times.map { "\($0),1,u\n" }.joined())
    let model = try sample.model()
    #expect(model.graph.input.map(\.elementType) == [.double, .float])
    let features = GraphEvaluator(model.graph, inputs: sample.inputs(of: model)).values["features"]
    #expect(features == sample.features.tensor)
    #expect(Set(sample.features.elements).count > 4)
  }

  @Test func theChoiceOfDoublesFollowsTheSpread() throws {
    let types: [(mean: Double, type: Onnx_TensorProto.DataType)] = [
      (0, .float), (-500, .float), (-5000, .double), (1e12, .double),
    ]
    for (mean, type) in types {
      let graph = try Onnx_ModelProto(serializedBytes: exporter(["a"], mean: mean).model()).graph
      #expect(graph.input[0].elementType == type, "mean \(mean)")
    }
  }

  @Test func unfitNetworksAreRefused() throws {
    let sample = try Sample(training: GraphTests.table.training, rows: GraphTests.table.rows)
    func failure(_ blocks: [any Block]) -> ExportError? {
      let exporter = ONNXExporter(
        network: Network(blocks: blocks, problem: .classification), preparation: sample.preparation,
        name: "", version: "")
      do throws(ExportError) {
        _ = try exporter.model()
        return nil
      } catch {
        return error
      }
    }
    let broken = Dense(
      weights: Matrix(rows: 5, columns: 3, [Float](repeating: .nan, count: 15)),
      bias: Matrix(rows: 1, columns: 3), function: .identity)
    #expect(failure([broken]) == .notFinite)
    #expect(failure([Stub(parameters: 3)]) == .unsupportedLayer(0, kind: "Stub"))
    let count = 600_000_000
    #expect(failure([Stub(parameters: count)]) == .tooLarge(parameters: count))
    #expect("\(ExportError.tooLarge(parameters: count))".contains("600000000"))
    #expect("\(ExportError.unsupportedLayer(0, kind: "Stub"))".hasPrefix("layer 1 is Stub"))
  }
}

/// A layer of a kind that no exporter knows.
private struct Stub: Block {
  let parameters: Int
  let inputs = 5
  let outputs = 3

  init(parameters: Int) { self.parameters = parameters }

  func parameterCount(inputs: Int, width: Int) -> Int { parameters }
  func rows(reading kinds: [RowKind]) -> RowKind? { .rowwise(kinds) }
  func forward(_ context: PassContext, _ buffers: inout BlockBuffers) {}
  func backward(_ context: PassContext, _ buffers: inout BlockBuffers) {}
}

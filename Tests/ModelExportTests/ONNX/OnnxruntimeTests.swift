import AdaptiveWidth
import Datasets
import Experiment
import ModelExport
import Peers
import Testing

/// The `onnx` package finds the files valid, and onnxruntime predicts from raw cells what the network does.
@Suite(.enabled(if: Peer.isThere, Comment(rawValue: Peer.absence)))
struct OnnxruntimeTests {
  private func check(_ sample: Sample, _ outputs: [Tensor]) throws {
    try sample.peerCase(outputs).check(
      sample.exporter.model(), called: "model.onnx", by: "check_onnx.py")
  }

  private func checkClasses(_ sample: Sample) throws {
    try check(sample, sample.classOutputs)
  }

  @Test func numbers() throws {
    try checkClasses(
      Sample(
        training: "a,b,time,kind\n1,2,1700000001,u\n3,,1700000401,v\n2,7,1700000002,u\n8,1,1700000107,v\n",
        rows: "1,2,1700000022,u\n,9,1700000201,u\n-30,,,v\n4,1e9,1700000003,v\n"))
  }

  @Test func categories() throws {
    try checkClasses(Sample(training: GraphTests.table.training, rows: GraphTests.table.rows))
  }

  @Test func repairedCuts() throws {
    var sample = try Sample(training: GraphTests.table.training, rows: GraphTests.table.rows)
    let fitting = Batch(inputs: sample.features, labels: [Int32](repeating: 0, count: sample.features.rows))
    var cutter = Cutter(sample.network, .best, EvaluationRows(batches: [fitting], fitting: [fitting]))
    sample.network = cutter.network(keeping: [7, 2])
    try checkClasses(sample)
  }

  @Test func regression() throws {
    let sample = try Sample(training: GraphTests.regression.training, rows: GraphTests.regression.rows)
    let expected = sample.outputs.elements.map { sample.preparation.targetScaling!.restored($0, at: 0) }
    try check(sample, [Tensor(rows: expected.count, columns: 1, numbers: expected)])
  }

  @Test func images() throws {
    let scaling = Scaling(
      means: [Double](repeating: 0.13, count: 20), scales: [Double](repeating: 0.3, count: 20))
    let pixels = (0..<60).map { UInt8(truncatingIfNeeded: 37 * $0) }
    try checkClasses(Sample(images: pixels, shape: ImageShape(width: 4, height: 5), scaling: scaling))
  }

  @Test(arguments: [NetworkKind.resnet20, .cnn]) func convolutions(kind: NetworkKind) throws {
    let pixels = (0..<3 * 3072).map { UInt8(truncatingIfNeeded: 37 &* $0 &+ $0 / 96 &* 11) }
    try checkClasses(Sample(colours: pixels, kind: kind))
  }

  /// Activations that the other samples, with ReLU6, do not use, and names that are none.
  @Test(arguments: ["tanh", "relu", "leaky_relu"]) func activations(name: String) throws {
    var options = Sample.options
    options.activation = try #require(.init(rawValue: name))
    try checkClasses(
      Sample(
        training: "label,a/b c,ü\"{},probabilities\n1,2,x,u\n3,9,y,v\n2,7,,u\n8,1,x,v\n",
        rows: "1,2,x,u\n5,5,,u\n-3,,unseen,v\n", options: options))
  }
}

extension Sample {
  /// Probabilities and labels.
  var classOutputs: [Tensor] {
    let labels = outputs.largestColumns.map { preparation.classNames[$0] }
    return [probabilities, Tensor(rows: labels.count, columns: 1, texts: labels)]
  }

  func peerCase(_ outputs: [Tensor]) throws -> PeerCase {
    let model = try model()
    let values = inputs(of: model)
    return PeerCase(
      inputs: model.graph.input.map { PeerCase.Entry($0, values[$0.name]!) },
      outputs: zip(model.graph.output, outputs).map { PeerCase.Entry($0, $1) })
  }
}

extension PeerCase.Entry {
  /// Of [rows, columns], or [rows] as far as outputs of texts go.
  fileprivate init(_ value: Onnx_ValueInfoProto, _ tensor: Tensor) {
    self.init(
      value.name, type: value.elementType == .double ? "float64" : "float32", [tensor.rows, tensor.columns],
      tensor.numbers)
    guard value.elementType == .string else { return }
    (type, texts) = ("string", tensor.texts)
    if value.columns == nil { shape = [tensor.rows] }
  }
}

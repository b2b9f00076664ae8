import AdaptiveWidth
import Datasets
import Experiment
import Learning
import LinearAlgebra
import ModelExport
import SwiftProtobuf
import Training

/// A network that reads sequences, graphs or texts, observations as the graph's inputs have them, and what the network
/// says of them.
struct StructuredSample {
  let preparation: Preparation
  let network: Network
  let batch: Batch
  /// The batch with the targets that the network was trained on.
  let taughtBatch: Batch
  /// Of the ONNX graph, in order.
  let inputs: [PeerCase.Entry]

  /// A network as configured.
  init(
    _ preparation: Preparation, _ batch: Batch, _ inputs: [PeerCase.Entry], _ options: NetworkOptions
  ) {
    let network = Network(
      options: options, ratePrior: nil, inputs: preparation.inputShape, outputs: preparation.outputs,
      problem: preparation.problem, seed: 1)
    self.init(preparation, batch, inputs, network: network)
  }

  /// The observations of a sample before another network.
  init(_ other: StructuredSample, network: Network) {
    self.init(other.preparation, other.batch, other.inputs, network: network)
  }

  /// Trains the network for a few steps on made-up targets, so that statistics and importances are its own.
  init(_ preparation: Preparation, _ batch: Batch, _ inputs: [PeerCase.Entry], network: Network) {
    var network = network
    var taught = batch
    let structure = batch.structure
    let observations =
      structure == BatchStructure()
      ? batch.inputs.rows : max(structure.order.count, structure.offsets.count - 1)
    if preparation.problem == .regression {
      taught = Batch(
        inputs: batch.inputs,
        values: Matrix(rows: observations, columns: 1, (0..<observations).map { Float($0) }))
      taught.structure = batch.structure
    } else {
      let rows = batch.structure.targetTokens.isEmpty ? observations : batch.structure.targetTokens.count
      taught.labels = (0..<rows).map { Int32(($0 * 7 + 1) % preparation.outputs) }
    }
    var workspace = Workspace()
    for _ in 0..<3 {
      _ = network.lossAndGradients(taught, &workspace)
      var optimizer = Optimizer(kind: .adam, learningRate: 0.03)
      optimizer.begin()
      network.update(by: optimizer, workspace, objective: Objective(weightScale: 10, observations: 10))
    }
    (self.preparation, self.network, self.batch, self.inputs) = (preparation, network, batch, inputs)
    taughtBatch = taught
  }

  var exporter: ONNXExporter {
    ONNXExporter(network: network, preparation: preparation, name: "sample", version: "1.2.3")
  }

  var safetensors: SafetensorsExporter {
    SafetensorsExporter(network: network, preparation: preparation, name: "sample", version: "1.2.3")
  }

  func model() throws -> Onnx_ModelProto { try Onnx_ModelProto(serializedBytes: exporter.model()) }

  /// Logits, standardized values, or logits of every target token.
  var outputs: Matrix {
    var workspace = Workspace()
    network.forward(batch, &workspace)
    return workspace.output
  }

  /// What other programs are to find.
  var peerCase: PeerCase {
    let outputs = outputs
    var result = PeerCase(inputs: inputs, outputs: [])
    switch preparation.target {
    case .classes(let names):
      let probabilities = (0..<outputs.rows).flatMap { row -> [Double] in
        let weights = (0..<outputs.columns).map { exponential(outputs[row, $0] - outputs[row, 0]) }
        return weights.map { $0 / weights.reduce(0, +) }
      }
      result.outputs = [
        PeerCase.Entry("probabilities", [outputs.rows, outputs.columns], probabilities),
        PeerCase.Entry("label", texts: outputs.largestColumns.map { names[$0] }),
      ]
    case .value(let scaling):
      let values = outputs.elements.map { scaling.restored($0, at: 0) }
      result.outputs = [PeerCase.Entry("prediction", [values.count, 1], values)]
    case .tokens: result.outputs = [paddedLogits(outputs)]
    }
    if case .graphs = preparation.inputs { result.isByRow = false }
    return result
  }

  /// [N, T, vocabulary], NaN behind each target's end.
  private func paddedLogits(_ outputs: Matrix) -> PeerCase.Entry {
    let offsets = batch.structure.targetOffsets.map { Int($0) }
    let lengths = zip(offsets.dropFirst(), offsets).map { $0 - $1 }
    let longest = lengths.max() ?? 0
    var numbers: [Double] = []
    for (first, length) in zip(offsets, lengths) {
      for place in 0..<longest {
        for column in 0..<outputs.columns {
          numbers.append(place < length ? Double(outputs[first + place, column]) : .nan)
        }
      }
    }
    return PeerCase.Entry("logits", [lengths.count, longest, outputs.columns], numbers)
  }
}

/// Of a table's observations, as training and evaluation have them.
extension Batch {
  init(all table: Examples) {
    var source = BatchSource(table)
    source.fill((0..<Int32(table.rows)).map { $0 }, 0..<table.rows)
    self = source.batch
  }
}

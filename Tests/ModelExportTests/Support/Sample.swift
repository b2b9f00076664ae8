import AdaptiveWidth
import Datasets
import Experiment
import Learning
import LinearAlgebra
import ModelExport
import Peers
import SwiftProtobuf
import Training

/// A network, rows as the user has them, and what the network says of them.
struct Sample {
  let preparation: Preparation
  var network: Network
  /// As the training file's reader prepares the rows: [rows, featureCount].
  let features: Matrix
  /// By the graph's inputs, in their order.
  private let cells: [Tensor]

  /// A table's rows through its reader.
  ///
  /// - Parameters:
  ///   - training: CSV with a header, to fit the preparation on; the last column is predicted.
  ///   - rows: the same columns, without a header; missing numbers are empty.
  init(
    training: String, rows: String, options: NetworkOptions = Sample.options, seed: UInt64 = 1
  ) throws {
    let folder = try PeerFolder()
    let path = try folder.write(training.utf8, as: "training.csv")
    let preparation = try Dataset.load(DataOptions(path: path, validation: 0, test: 0), seed: 0).preparation
    let header = training.prefix { $0 != "\n" }
    let read = try preparation.inputs(from: folder.write("\(header)\n\(rows)".utf8, as: "rows.csv"))
    guard case .columns(let columns, _, _, _) = preparation.inputs else { fatalError("a table has columns") }
    let table = rows.split(separator: "\n").map { $0.split(separator: ",", omittingEmptySubsequences: false) }
    let cells = columns.map { column in
      let texts = table.map { String($0[column.position]) }
      return column.kind == .number
        ? Tensor(rows: table.count, columns: 1, numbers: texts.map { Double($0) ?? .nan })
        : Tensor(rows: table.count, columns: 1, texts: texts)
    }
    let features = Matrix(rows: read.rows, columns: preparation.featureCount, read.features)
    self.init(preparation, features: features, cells: cells, options: options, seed: seed)
  }

  /// Images with these pixels through the reader of IDX files.
  ///
  /// - Parameter range: of the training file's pixels.
  init(images pixels: [UInt8], shape: ImageShape, scaling: Scaling, range: PixelRange? = nil) throws {
    let count = pixels.count / (shape.width * shape.height)
    let sizes = [count, shape.height, shape.width].flatMap { [0, 0, 0, UInt8($0)] as [UInt8] }
    let folder = try PeerFolder()
    let path = try folder.write([0, 0, 8, 3] + sizes + pixels, as: "images")
    let preparation = Preparation(
      inputs: .image(shape), targetName: "label", target: .classes(["0", "1", "7"]), featureScaling: scaling,
      pixelRange: range)
    let read = try preparation.inputs(from: path)
    let columns = preparation.featureCount
    self.init(
      preparation, features: Matrix(rows: count, columns: columns, read.features),
      cells: [
        Tensor(
          rows: count, columns: columns,
          numbers: pixels.map { range?.white == 1 ? Double($0) / 255 : Double($0) })
      ],
      options: Sample.options, seed: 1)
  }

  /// Colored images of 32 × 32 pixels through the reader of CIFAR files, and a network of convolutions whose running
  /// statistics are its own.
  init(colours pixels: [UInt8], kind: NetworkKind) throws {
    let shape = ImageShape(width: 32, height: 32, channels: 3)
    let count = pixels.count / 3072
    let folder = try PeerFolder()
    var records: [UInt8] = []
    for row in 0..<count {
      records.append(UInt8(row % 10))
      for channel in 0..<3 {
        for pixel in 0..<1024 { records.append(pixels[row * 3072 + 3 * pixel + channel]) }
      }
    }
    let path = try folder.write(records, as: "images.bin")
    let preparation = Preparation(
      inputs: .image(shape), targetName: "label", target: .classes((0..<10).map { "class \($0)" }),
      featureScaling: Scaling(
        means: (0..<1024).flatMap { _ in [0.4, 0.5, 0.6] },
        scales: (0..<1024).flatMap { _ in [0.2, 0.3, 0.25] }))
    var source = BatchSource(try preparation.inputs(from: path))
    source.fill((0..<Int32(count)).map { $0 }, 0..<count)
    var options = Sample.options
    options.kind = kind
    self.init(
      preparation, features: source.batch.inputs,
      cells: [Tensor(rows: count, columns: 3072, numbers: pixels.map { Double($0) })], options: options,
      seed: 1)
    let batch = Batch(inputs: features, labels: (0..<count).map { Int32($0 % 10) })
    var workspace = Workspace()
    for _ in 0..<3 {
      _ = network.lossAndGradients(batch, &workspace)
      var optimizer = Optimizer(kind: .adam, learningRate: 0.01)
      optimizer.begin()
      network.update(by: optimizer, workspace, objective: Objective(weightScale: 10, observations: 10))
    }
  }

  private init(
    _ preparation: Preparation, features: Matrix, cells: [Tensor], options: NetworkOptions, seed: UInt64
  ) {
    self.preparation = preparation
    self.features = features
    self.cells = cells
    network = Network(
      options: options, ratePrior: nil, inputs: preparation.inputShape,
      outputs: max(preparation.classNames.count, 1), problem: preparation.problem, seed: seed)
  }

  /// Two learned widths, and biases that put rows on every piece of the activations.
  static let options = NetworkOptions(hiddenLayers: 2, initialRate: 0.1, initialBiasScale: 2)

  var exporter: ONNXExporter {
    ONNXExporter(network: network, preparation: preparation, name: "sample", version: "1.2.3")
  }

  func model() throws -> Onnx_ModelProto { try Onnx_ModelProto(serializedBytes: exporter.model()) }

  func inputs(of model: Onnx_ModelProto) -> [String: Tensor] {
    Dictionary(uniqueKeysWithValues: zip(model.graph.input.map(\.name), cells))
  }

  /// The network's logits or standardized predictions.
  var outputs: Matrix {
    var workspace = Workspace()
    network.forward(features, &workspace)
    return workspace.output
  }
}

extension Matrix {
  var tensor: Tensor { Tensor(rows: rows, columns: columns, numbers: elements.map { Double($0) }) }
}

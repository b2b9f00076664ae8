import AdaptiveWidth
import Datasets
import Experiment
import Foundation
import LinearAlgebra
import Training

extension Benchmark {
  /// Theirs has its minibatches ready; ours makes them of bytes, cropped and mirrored, in every step.
  static let images = Benchmark(
    name: "images", summary: "ResNet-20 on minibatches of 128 images beside PyTorch, in turns, one thread"
  ) { settings in
    let work = ImageWork()
    let peer = try Peer(
      settings.python,
      scripts: [
        PackageResources.hidden_peer_py, PackageResources.resnet_peer_py, PackageResources.image_peer_py,
      ])
    let way = try peer.prepare(work)
    var stepper = Stepper(work.configuration, work.dataset, threads: 1)
    let steps = 6
    _ = stepper.speed(2)
    let speeds = try (0..<settings.repetitions).map { _ in
      (ours: stepper.speed(steps), theirs: try peer.speed(steps: steps))
    }
    let name = work.configuration.name
    return [
      Figure("\(name): awn", speeds.map(\.ours), "steps/s"),
      Figure("\(name): PyTorch \(peer.version), channels last, \(way)", speeds.map(\.theirs), "steps/s"),
      Figure("\(name): ratio", speeds.map { $0.ours / $0.theirs }, "×", target: "≥ 1.2"),
    ] + Memory.peaks(peer, name)
  }
}

/// Random colored images, and the usual network for them.
struct ImageWork {
  let configuration: Configuration
  static let shape = ImageShape(width: 32, height: 32, channels: 3)
  static let classes = 10

  init(batch: Int = 128) {
    var configuration = Configuration.defaults(
      forData: DataOptions(path: "random images"), name: "ResNet-20, batch \(batch)", kind: .colorImages)
    configuration.training.batchSize = batch
    // So small that the width stays where it began.
    configuration.training.learningRate = 1e-6
    configuration.training.schedule = .constant
    self.configuration = configuration
  }

  var dataset: Dataset {
    var random = RandomStream(seed: 1, purpose: "images")
    let (rows, size) = (4 * configuration.training.batchSize, 3 * 32 * 32)
    let scaling = Scaling(
      means: [Double](repeating: 0.5, count: size), scales: [Double](repeating: 0.3, count: size))
    let pixels = PixelRows(
      shape: Self.shape, bytes: (0..<rows * size).map { _ in UInt8(truncatingIfNeeded: random.next()) },
      scaling: scaling, augmentation: Augmentation(seed: 1))
    let labels = (0..<rows).map { _ in Int32(random.below(Self.classes)) }
    let table = Examples(
      rows: rows, columns: size, features: [], targets: .classes(labels), structure: .pixels(pixels))
    let preparation = Preparation(
      inputs: .image(Self.shape), targetName: "label",
      target: .classes((0..<Self.classes).map(String.init)), featureScaling: scaling)
    return Dataset(
      name: configuration.name, training: table, validation: table, test: nil, preparation: preparation)
  }
}

extension Peer {
  /// Makes the network and its minibatches.
  ///
  /// - Returns: how PyTorch computes, which it has chosen by measuring.
  func prepare(_ work: ImageWork) throws -> String {
    struct Job: Encodable {
      var classes = ImageWork.classes
      var threads = 1
      var batch: Int
      var width: Int
      var rate: Double
    }
    struct Answer: Decodable { var way: String }
    let network = work.configuration.network
    try send(
      Job(
        batch: work.configuration.training.batchSize, width: network.initialWidths[0],
        rate: network.initialRate))
    return try answer(Answer.self).way
  }

  /// Steps a second.
  fileprivate func speed(steps: Int) throws -> Double {
    struct Job: Encodable { var steps: Int }
    struct Answer: Decodable { var seconds: Double }
    try send(Job(steps: steps))
    return Double(steps) / (try answer(Answer.self).seconds)
  }
}

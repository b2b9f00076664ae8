import Datasets
import Experiment
import Foundation
import LinearAlgebra

extension Benchmark {
  /// A seed a repetition, one thread, evaluations not counted. PyTorch trains the network of fixed widths from the same
  /// variances on the same rows with the same settings; its random numbers are its own. Goals whose data are not there
  /// are left out.
  static let timeToAccuracy = Benchmark(
    name: "time-to-accuracy",
    summary: "seconds of training to a held-out accuracy beside PyTorch (AWN_DATA, --repetitions)"
  ) { settings in
    try Goal.all.filter(\.hasData).flatMap { goal in
      var (settling, fixed, theirs): ([Double], [Double], [Double]) = ([], [], [])
      var way = ""
      var version = ""
      for seed in 0..<UInt64(settings.repetitions) {
        let dataset = try goal.dataset(seed: seed)
        settling.append(goal.seconds(goal.configuration(seed: seed, isFixed: false), dataset))
        fixed.append(goal.seconds(goal.configuration(seed: seed, isFixed: true), dataset))
        // A process for each, as for ours: what one run has warmed up does not serve the next.
        let peer = try Peer(settings.python, scripts: Peer.goalScripts)
        let answer = try peer.train(goal, dataset, seed: seed)
        theirs.append(answer.reached ? answer.seconds : .infinity)
        (way, version) = (answer.way, peer.version)
      }
      let widths = goal.widths.map(String.init).joined(separator: ", ")
      return [
        Figure("\(goal.name): awn, widths settle", settling, "s"),
        Figure("\(goal.name): awn, fixed \(widths)", fixed, "s"),
        Figure("\(goal.name): PyTorch \(version), fixed \(widths), \(way)", theirs, "s"),
        Figure("\(goal.name): PyTorch ÷ awn, fixed widths", zip(theirs, fixed).map { $0 / $1 }, "×"),
        Figure("\(goal.name): PyTorch ÷ awn, widths settle", zip(theirs, settling).map { $0 / $1 }, "×"),
      ]
    }
  }
}

/// An accuracy on the held-out rows, and what is trained until it is reached.
struct Goal: Sendable {
  var name: String
  var accuracy: Double
  /// Of the network whose widths do not change.
  var widths: [Int]
  /// A folder in the one that `AWN_DATA` names; `nil`: spiral-hard, which needs none.
  var folder: String?
  var kind = DataKind.table
  var epochs: Int?
  /// Steps of PyTorch in each of the ways among which the fastest is chosen.
  var trialSteps: Int

  static let all = [
    Goal(name: "SpiralHard to 99.5 %", accuracy: 0.995, widths: [512], trialSteps: 200),
    Goal(
      name: "MNIST to 98 %", accuracy: 0.98, widths: [512], folder: "mnist", kind: .images, trialSteps: 50),
    Goal(
      name: "CIFAR-10, 9,000 rows, to 65 %", accuracy: 0.65, widths: [128], folder: "cifar10-subset",
      kind: .colorImages, epochs: 10, trialSteps: 2),
    Goal(
      name: "NCI1 to 80 %", accuracy: 0.8, widths: [128, 128, 128, 128], folder: "NCI1", kind: .graphs,
      trialSteps: 20),
  ]

  func configuration(seed: UInt64, isFixed: Bool) -> Configuration {
    var result =
      if let folder {
        Configuration.defaults(
          forData: DataOptions(path: "\(Self.dataFolder ?? "")/\(folder)"), name: name, kind: kind)
      } else {
        Configuration.defaults(for: .spiralHard)
      }
    result.training.seed = seed
    result.training.threads = 1
    if let epochs { result.training.epochs = epochs }
    if isFixed { result.network.fixedWidths = widths }
    return result
  }

  private static var dataFolder: String? { ProcessInfo.processInfo.environment["AWN_DATA"] }

  var hasData: Bool {
    guard let folder else { return true }
    return Self.dataFolder.map { FileManager.default.fileExists(atPath: "\($0)/\(folder)") } ?? false
  }

  func dataset(seed: UInt64) throws -> Dataset {
    try Dataset.load(configuration(seed: seed, isFixed: true).data, seed: seed)
  }

  /// Seconds of our training until the accuracy is reached; infinity: it is not.
  func seconds(_ configuration: Configuration, _ dataset: Dataset) -> Double {
    var reached: Double?
    _ = WholeRun.train(configuration, dataset) { evaluation, stop in
      if reached == nil && evaluation.validation.accuracy ?? 0 >= accuracy {
        reached = evaluation.seconds
        stop()
      }
    }
    return reached ?? .infinity
  }
}

extension Peer {
  fileprivate static var goalScripts: [[UInt8]] {
    [
      PackageResources.hidden_peer_py, PackageResources.resnet_peer_py, PackageResources.gin_peer_py,
      PackageResources.goal_peer_py,
    ]
  }

  fileprivate struct GoalAnswer: Decodable {
    var seconds: Double
    var reached: Bool
    /// How PyTorch computes, which it has chosen by measuring.
    var way: String
  }

  /// Trains until the accuracy is reached.
  fileprivate func train(_ goal: Goal, _ dataset: Dataset, seed: UInt64) throws -> GoalAnswer {
    let folder = FileManager.default.temporaryDirectory.appending(path: "awn-bench-\(getpid())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let configuration = goal.configuration(seed: seed, isFixed: true)
    return try answer(
      GoalAnswer.self,
      to: GoalJob(
        goal, configuration, training: GoalRows(dataset.training, folder.appending(path: "training")),
        held: GoalRows(dataset.validation, folder.appending(path: "held"))))
  }
}

/// What `goal_peer.py` is to train.
private struct GoalJob: Encodable {
  var kind: String
  var goal: Double
  var seed: UInt64
  var widths: [Int]
  var channels: Int
  var classes: Int
  var batchSize: Int
  var epochs: Int
  var learningRate: Double
  /// Steps over which the learning rate rises.
  var warmup: Int
  var biasScale: Double
  var decay: Double
  var trialSteps: Int
  var training, held: GoalRows

  private enum CodingKeys: String, CodingKey {
    case kind, goal, seed, widths, channels, classes, epochs, warmup, decay, training, held
    case batchSize = "batch_size"
    case learningRate = "learning_rate"
    case biasScale = "bias_scale"
    case trialSteps = "trial_steps"
  }

  init(_ goal: Goal, _ configuration: Configuration, training: GoalRows, held: GoalRows) {
    let options = configuration.training
    precondition(options.schedule == .cosine && options.optimizer == .adam, "as the peer trains")
    kind = training.kind
    (self.goal, seed, widths, trialSteps) = (goal.accuracy, options.seed, goal.widths, goal.trialSteps)
    (channels, classes) = (configuration.network.initialFeatures, Int(training.labels.max() ?? 0) + 1)
    (batchSize, epochs, warmup) = (options.batchSize, options.epochs, options.warmupSteps ?? 0)
    (learningRate, biasScale) = (options.learningRate, configuration.network.initialBiasScale)
    decay = 1 / (pow(configuration.weightScale(for: .classification), 2) * Double(training.labels.count))
    (self.training, self.held) = (training, held)
  }
}

/// Observations for `goal_peer.py`: features in a file of floating-point numbers, or graphs.
private struct GoalRows: Encodable {
  var kind: String
  var labels: [Int32] = []
  var count: Int
  var columns: Int
  /// The path of the file, [count, columns].
  var features: String?
  var graphs: PackedGraphs?

  init(_ examples: Examples, _ file: URL) throws {
    if case .classes(let classes) = examples.targets { labels = classes }
    (kind, count, columns) = ("table", examples.rows, examples.columns)
    var values = examples.features
    switch examples.structure {
    case .graphs(let rows):
      (kind, graphs) = ("graphs", PackedGraphs(rows, labels: labels))
      return
    case .pixels(let pixels):
      if pixels.shape.channels == 3 { kind = "images" }
      var matrix = Matrix(rows: 0, columns: 0)
      pixels.gather(ArraySlice((0..<Int32(count)).map { $0 }), epoch: nil, into: &matrix)
      values = (0..<count).flatMap { row in (0..<columns).map { matrix[row, $0] } }
    default: break
    }
    try values.withUnsafeBytes { try Data($0).write(to: file) }
    features = file.path
  }
}

/// Graphs as PyTorch's network of them reads them.
struct PackedGraphs: Encodable {
  /// Of a node.
  var features: Int
  var offsets, starts, neighbors, marks, labels: [Int32]

  /// - Precondition: every node has one mark, and no attributes.
  init(_ rows: GraphRows, labels: [Int32]) {
    precondition(rows.marksPerNode == 1 && rows.attributeCount == 0, "nodes with one mark")
    features = rows.featureCount
    (offsets, starts, neighbors) = (rows.nodeOffsets, rows.neighborStarts, rows.neighbors)
    (marks, self.labels) = (rows.marks, labels)
  }
}

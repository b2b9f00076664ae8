import AdaptiveWidth
import Datasets
import Experiment
import Foundation
import LinearAlgebra
import ModelFiles

/// A ratchet in a checkpoint, with the moment it would go back to.
struct RatchetRecord: Codable, Equatable, Sendable {
  var layers: [Int]
  var tolerance: Double
  var reference: Metrics
  var from: [Int]
  var queue: [Ratchet.Turn]
  var rung: Ratchet.Rung?
  var settleUntil: Int?
  var failures: Int
  var best: Moment

  private enum CodingKeys: String, CodingKey {
    case layers, tolerance, reference, from, queue, rung, failures, best
    case settleUntil = "settle_until"
  }

  /// A moment of the run, its network as the bytes of a model's two files.
  struct Moment: Codable, Equatable, Sendable {
    var document: Data
    var tensors: Data
    var step: Int
    var growth: RandomStream
    var epochs: Int
    var stepLimit: Int?
    var patience: EarlyStopping.Seen
    var totals: History.Totals

    private enum CodingKeys: String, CodingKey {
      case document, tensors, step, growth, epochs, patience, totals
      case stepLimit = "step_limit"
    }
  }

  /// Of a moment that is kept: in text it takes a third more, and a document has its limit.
  static let mostBytes = 100 << 20

  private static let location = ModelLocation(folder: "")

  init(_ ratchet: Ratchet) throws(ModelFileError) {
    (layers, tolerance, reference) = (ratchet.layers, ratchet.tolerance, ratchet.reference)
    (from, queue, rung) = (ratchet.from, ratchet.queue, ratchet.rung)
    (settleUntil, failures) = (ratchet.settleUntil, ratchet.failures)
    let (entry, learning) = (ratchet.best, ratchet.best.learning)
    let model = SavedModel(
      network: learning.network, optimizer: learning.optimizer, origin: SavedModel.Origin(name: "best"))
    let (document, tensors) = try ModelFile.encode(model, training: nil, Self.location)
    best = Moment(
      document: document, tensors: tensors, step: learning.step, growth: learning.growth,
      epochs: entry.epochs, stepLimit: entry.stepLimit, patience: entry.patience.seen,
      totals: entry.history.totals)
  }

  /// The network of the best moment.
  func bestModel(_ file: String) throws(ModelFileError) -> SavedModel {
    let location = ModelLocation(folder: file)
    let model = try ModelFile.decode(document: best.document, tensors: best.tensors, location).model
    guard model.optimizer != nil else {
      throw ModelFileError(.inconsistent("the best network of a compression has no moments"), file: file)
    }
    return model
  }

  /// What keeps it from being that of a run of this network, as a clause; `nil`: nothing.
  func problem(of network: Network, at step: Int) -> String? {
    let layerIndices = network.adaptiveBlocks.indices
    let counts = 0...1 << 53
    let turns = queue + (rung.map { [$0.turn] } ?? [])
    let isPossible =
      (layers + turns.map(\.layer)).allSatisfy(layerIndices.contains)
      && turns.allSatisfy { Ratchet.kinds.indices.contains($0.failures) }
      && tolerance >= 0 && tolerance.isFinite && from.count == layerIndices.count
      && (rung.map { $0.target >= 1 && $0.from <= ImportanceFamily.largestWidth } ?? true)
      && counts.contains(settleUntil ?? 0) && (0..<Ratchet.patience).contains(failures)
      && (0...step).contains(best.step) && counts.contains(best.epochs)
      && counts.contains(best.stepLimit ?? 0)
    return isPossible ? nil : "there can be no such compression"
  }

  /// As it goes on.
  ///
  /// - Parameter start: the run's beginning, for what a checkpoint need not keep.
  func ratchet(
    _ model: SavedModel, from start: UndoStack.Entry, evaluations: [Evaluation], patience limit: Int?
  ) -> Ratchet {
    var entry = start
    entry.learning.network = model.network
    if let optimizer = model.optimizer { entry.learning.optimizer = optimizer }
    entry.learning.growth = best.growth
    // That of the rung under way is not its.
    entry.learning.compression = nil
    entry.learning.step = best.step
    entry.learning.cursor.seek(toStep: best.step)
    entry.history = History(
      layers: model.network.adaptiveBlocks.count, totals: best.totals,
      evaluations: evaluations.filter { $0.step <= best.step })
    entry.patience = EarlyStopping(limit: limit, seen: best.patience)
    (entry.epochs, entry.stepLimit) = (best.epochs, best.stepLimit)
    var ratchet = Ratchet(
      layers: layers, tolerance: tolerance, reference: reference, from: from, queue: queue, best: entry)
    (ratchet.rung, ratchet.settleUntil, ratchet.failures) = (rung, settleUntil, failures)
    return ratchet
  }
}

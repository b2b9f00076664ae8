import AdaptiveWidth
import AtomicFiles
import Experiment
import Foundation
import Messaging
import ModelFiles

/// A `CompressionSearch` in a checkpoint. The network and the optimizer of its best moment are the checkpoint's
/// `SavedModel.best`; older checkpoints have them here.
struct CompressionSearchRecord: Codable, Equatable, Sendable {
  var layers: [Int]
  var tolerance: Double
  var reference: Metrics
  var from: [Int]
  var queue: [CompressionSearch.LayerState]
  var trial: CompressionSearch.Trial?
  var settleUntil: Int?
  var failures: Int
  var best: MomentRecord
  /// `nil`: in the checkpoint.
  var embedded: EmbeddedModel?

  /// `rung`: the file's older word for a trial.
  private enum CodingKeys: String, CodingKey {
    case layers, tolerance, reference, from, queue, failures, best
    case trial = "rung"
    case settleUntil = "settle_until"
  }

  /// The two files of a model as bytes, in the object of its moment.
  struct EmbeddedModel: Codable, Equatable, Sendable {
    var document: Data
    var tensors: Data
  }

  init(_ search: CompressionSearch) {
    (layers, tolerance, reference) = (search.layers, search.tolerance, search.reference)
    (from, queue, trial) = (search.from, search.queue, search.trial)
    (settleUntil, failures) = (search.settleUntil, search.failures)
    best = MomentRecord(search.best)
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    layers = try container.decode([Int].self, forKey: .layers)
    tolerance = try container.decode(Double.self, forKey: .tolerance)
    reference = try container.decode(Metrics.self, forKey: .reference)
    from = try container.decode([Int].self, forKey: .from)
    queue = try container.decode([CompressionSearch.LayerState].self, forKey: .queue)
    trial = try container.decodeIfPresent(CompressionSearch.Trial.self, forKey: .trial)
    settleUntil = try container.decodeIfPresent(Int.self, forKey: .settleUntil)
    failures = try container.decode(Int.self, forKey: .failures)
    best = try container.decode(MomentRecord.self, forKey: .best)
    let parts = try container.nestedContainer(keyedBy: EmbeddedKeys.self, forKey: .best)
    if parts.contains(.tensors) { embedded = try container.decode(EmbeddedModel.self, forKey: .best) }
  }

  private enum EmbeddedKeys: CodingKey { case tensors }

  /// The network of the best moment with its optimizer; `nil` if the checkpoint has none.
  ///
  /// - Parameters:
  ///   - checkpoint: that this record is of.
  ///   - file: for the error.
  func best(in checkpoint: SavedModel, file: String) throws(ModelFileError) -> SavedModel.Best? {
    guard let embedded else { return checkpoint.best }
    let model = try ModelFile.decode(
      document: embedded.document, tensors: embedded.tensors, ModelLocation(folder: file)
    ).model
    return model.optimizer.map { SavedModel.Best(network: model.network, optimizer: $0) }
  }

  /// Why it cannot be a search of a run of this network, as a clause; `nil`: it can.
  func validationError(_ network: Network, at step: Int) -> String? {
    let layerIndices = network.adaptiveBlocks.indices
    let states = queue + (trial.map { [$0.state] } ?? [])
    let isPossible =
      (layers + states.map(\.layer)).allSatisfy(layerIndices.contains)
      && states.allSatisfy { CompressionSearch.stepSizes.indices.contains($0.failures) }
      && tolerance >= 0 && tolerance.isFinite && from.count == layerIndices.count
      && (trial.map { $0.target >= 1 && $0.from <= ImportanceFamily.largestWidth } ?? true)
      && MomentRecord.counts.contains(settleUntil ?? 0)
      && (0..<CompressionSearch.patience).contains(failures) && best.step <= step
      // The search goes from one moment to another, each before or after a compression.
      && best.compression == nil && best.validationError(network) == nil
    return isPossible ? nil : "there can be no such compression"
  }

  /// As it continues.
  ///
  /// - Parameters:
  ///   - model: of the best moment.
  ///   - beginning: of the run.
  func search(
    _ model: SavedModel.Best, teacher: Network?, from beginning: RunMoment, evaluations: [Evaluation]
  ) -> CompressionSearch {
    var search = CompressionSearch(
      layers: layers, tolerance: tolerance, reference: reference, from: from, queue: queue,
      best: best.moment(
        model.network, model.optimizer, teacher: teacher, from: beginning, evaluations: evaluations))
    (search.trial, search.settleUntil, search.failures) = (trial, settleUntil, failures)
    return search
  }
}

import AdaptiveWidth
import Experiment
import LinearAlgebra
import ModelFiles

/// A moment of a run, to be written while the run goes on: a value that nothing later reaches.
struct Checkpoint: Sendable {
  var model: SavedModel
  var record: TrainingRecord
  /// Its result belongs to the record; training has not taken it up yet.
  var pending: Trainer.PendingEvaluation?
  /// Is written down only when the checkpoint is.
  var ratchet: Ratchet?

  /// With the result of the evaluation under way.
  func completedRecord() async throws(ModelFileError) -> TrainingRecord {
    var record = record
    // A huge network is not written twice: the compression under way goes on to its width then, without a way back.
    if let ratchet, ratchet.best.bytes < RatchetRecord.mostBytes {
      record.ratchet = try RatchetRecord(ratchet)
    }
    if let pending { record.pending = await pending.evaluation(batchesPerEpoch: record.batchesPerEpoch) }
    return record
  }
}

/// The section `training` of a checkpoint: with the network and its optimiser, all that decides how a run goes on.
/// What undo leads back to is not kept, but what a compression may go back to is.
struct TrainingRecord: Codable, Equatable, Sendable {
  var step: Int
  var batchSize: Int
  var batchesPerEpoch: Int
  /// Weights of new neurons.
  var growth: RandomStream
  var compression: Compression?
  var ratchet: RatchetRecord?
  /// After which the run is finished.
  var epochs: Int
  var stepLimit: Int?
  var phase: Trainer.Phase
  var divergedAfter: Int?
  var samples: Int
  /// Of training alone.
  var seconds: Double
  var patience: EarlyStopping.Seen
  var totals: History.Totals
  /// An evaluation that was under way: training takes it up at a later step.
  var pending: Evaluation?
  var data: DataFingerprint
  /// Bytes that the folder's files of lines had by then: what follows is no part of this moment.
  var files: [String: Int] = [:]

  private enum CodingKeys: String, CodingKey {
    case step, growth, compression, ratchet, epochs, phase, samples, seconds, patience, totals, pending, data,
      files
    case batchSize = "batch_size"
    case batchesPerEpoch = "batches_per_epoch"
    case stepLimit = "step_limit"
    case divergedAfter = "diverged_after"
  }
}

extension TrainingRecord {
  /// Counts far beyond any run's: sums of them can not overflow.
  private static let counts = 0...1 << 53

  /// What keeps it from being that of a run of this network, as a clause; `nil`: nothing.
  func problem(of network: Network) -> String? {
    let numbers = [
      step, epochs, stepLimit ?? 0, divergedAfter ?? 0, samples, totals.epochRows, totals.grown,
      totals.shrunk, patience.sinceBest, pending?.step ?? 0,
    ]
    let checks: [(Bool, String)] = [
      (numbers.allSatisfy(Self.counts.contains), "steps, epochs and counts must not be negative"),
      (batchSize >= 1 && batchesPerEpoch >= 1, "a minibatch needs rows"),
      (seconds.isFinite && seconds >= 0, "seconds must not be negative"),
      (files.values.allSatisfy { $0 >= 0 }, "sizes of files must not be negative"),
      (compression?.isPossible(network, at: step) ?? true, "there can be no such compression"),
    ]
    return checks.first { !$0.0 }?.1 ?? ratchet?.problem(of: network, at: step)
  }
}

extension Compression {
  fileprivate func isPossible(_ network: Network, at step: Int) -> Bool {
    network.adaptiveBlocks.indices.contains(layer) && target >= 1 && target <= from
      && from <= ImportanceFamily.largestWidth && firstRate > 0 && firstRate.isFinite
      && (0...step).contains(firstStep) && (0...1 << 53).contains(duration)
      && (originalPrior.map { $0.mean.isFinite && $0.scale.isFinite && $0.scale >= 1e-6 } ?? true)
  }
}

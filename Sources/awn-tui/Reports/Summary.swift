import Experiment
import Foundation
import JSONText
import Training

/// The JSON object of `--summary`; its keys are kept.
struct Summary: Encodable {
  var configuration: Configuration
  var problem: Problem
  var outcome: Outcome

  private enum Key: String, CodingKey {
    case task, seed, fold, epochs, steps, seconds, threads, widths, parameters
    case stepsPerSecond = "steps_per_second"
    case samplesPerSecond = "samples_per_second"
    case trainLoss = "train_loss"
    case validationLoss = "validation_loss"
    case validationAccuracy = "validation_accuracy"
    case validationRMSE = "validation_rmse"
    case validationStep = "validation_step"
    case bestValidationAccuracy = "best_validation_accuracy"
    case bestValidationRMSE = "best_validation_rmse"
    case testAccuracy = "test_accuracy"
    case testLoss = "test_loss"
    case testRMSE = "test_rmse"
    case testR2 = "test_r2"
    case initialWidths = "initial_widths"
    case layerNames = "layer_names"
    case widthIntervals = "width_intervals"
    case roundTo = "round_to"
    case labelTemperature = "label_temperature"
    case bestEpoch = "best_epoch"
    case keptEpoch = "kept_epoch"
    case settled, price, baseline, auc, mae
    case balancedAccuracy = "balanced_accuracy"
    case macroF1 = "macro_f1"
    case medianError = "median_absolute_error"
    case peakMemory = "peak_memory_bytes"
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(configuration.name, forKey: .task)
    try container.encode(configuration.training.seed, forKey: .seed)
    try container.encodeIfPresent(configuration.data.fold, forKey: .fold)
    try container.encode(outcome.epochs, forKey: .epochs)
    try container.encode(outcome.steps, forKey: .steps)
    try container.encode(outcome.seconds, forKey: .seconds)
    try container.encode(rate(Double(outcome.steps)), forKey: .stepsPerSecond)
    try container.encode(rate(Double(outcome.samples)), forKey: .samplesPerSecond)
    try container.encode(outcome.threads, forKey: .threads)
    try container.encode(Self.finite(outcome.trainLoss), forKey: .trainLoss)
    try container.encode(Self.finite(outcome.validation?.loss), forKey: .validationLoss)
    try container.encodeIfPresent(outcome.validationStep, forKey: .validationStep)
    let best = configuration.data.fold == nil ? nil : outcome.best
    try container.encodeIfPresent(best?.accuracy, forKey: .bestValidationAccuracy)
    try container.encodeIfPresent(Self.finite(best?.rmse), forKey: .bestValidationRMSE)
    if configuration.training.patience != nil || configuration.training.keepsBest {
      try container.encodeIfPresent(outcome.bestEpoch, forKey: .bestEpoch)
      try container.encode(outcome.keptBest ? outcome.bestEpoch : outcome.epochs, forKey: .keptEpoch)
    }
    switch problem {
    case .classification:
      try container.encode(outcome.validation?.accuracy, forKey: .validationAccuracy)
      try container.encode(outcome.test?.accuracy, forKey: .testAccuracy)
    case .regression:
      try container.encode(Self.finite(outcome.validation?.rmse), forKey: .validationRMSE)
      try container.encode(Self.finite(outcome.test?.rmse), forKey: .testRMSE)
      try container.encode(Self.finite(outcome.test?.r2), forKey: .testR2)
    }
    try container.encode(Self.finite(outcome.test?.loss), forKey: .testLoss)
    if let details = outcome.details {
      try container.encodeIfPresent(Self.finite(details.baseline), forKey: .baseline)
      try container.encodeIfPresent(details.balancedAccuracy, forKey: .balancedAccuracy)
      try container.encodeIfPresent(details.macroF1, forKey: .macroF1)
      try container.encodeIfPresent(details.auc, forKey: .auc)
      try container.encodeIfPresent(Self.finite(details.mae), forKey: .mae)
      try container.encodeIfPresent(Self.finite(details.medianError), forKey: .medianError)
    }
    try container.encode(outcome.widths, forKey: .widths)
    try container.encode(outcome.initialWidths, forKey: .initialWidths)
    try container.encodeIfPresent(outcome.layerNames, forKey: .layerNames)
    try container.encode(outcome.parameters, forKey: .parameters)
    if let settling = outcome.settling {
      try container.encode(settling.isSettled, forKey: .settled)
      try container.encode(settling.price, forKey: .price)
      try container.encode(
        outcome.widthIntervals.map { $0.map { [$0.lowerBound, $0.upperBound] } }, forKey: .widthIntervals)
      let rounding = configuration.network.rounding
      try container.encodeIfPresent(rounding.isNone ? nil : rounding.multiple, forKey: .roundTo)
    }
    try container.encodeIfPresent(outcome.labelTemperature, forKey: .labelTemperature)
    try container.encode(ProcessMemory.peakBytes, forKey: .peakMemory)
  }

  private func rate(_ count: Double) -> Double? {
    outcome.seconds > 0 ? (count / outcome.seconds * 10).rounded() / 10 : nil
  }

  /// JSON has no NaN: what is not a number is null.
  static func finite(_ value: Double?) -> Double? {
    value.flatMap { $0.isFinite ? $0 : nil }
  }

  var json: String { Self.line(self) }

  /// On one line.
  static func line(_ value: some Encodable) -> String {
    (try? JSONFormat.line(value)) ?? ""
  }
}

enum ProcessMemory {
  /// The most this process ever held resident, by the kernel's VmHWM: getrusage counts what the process that started it
  /// held, too.
  static var peakBytes: Int {
    let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
    let kilobytes = line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) }
    return (kilobytes ?? 0) * 1_024
  }
}

import AdaptiveWidth
import Datasets
import Experiment
import PlainText
import UserInterface

/// Why a command about a model cannot do what it is asked for.
enum ModelCommandError: UserFacingError {
  case noPreparation(String)
  case noLearnedWidths(String)
  /// No experiment.toml in this folder.
  case noExperiment(String)
  /// What the run trained on cannot be read.
  case ownData(DataError, experiment: String)
  case otherData(experiment: String)
  case noHeldOutRows
  case noTestRows
  /// Neither held-out nor test rows.
  case noRowsToMeasure
  /// Values or texts are predicted.
  case noClasses
  case folderNotEmpty(String)
  case isFolder(String)
  /// What would be written over is read, or is a part of the run.
  case isInUse(String)
  case cannotWrite(String, reason: String)
  case noCut(CutBudget, closest: MeasuredCut)
  /// The trainer would not do it.
  case refused(String)
  case diverged

  var exitStatus: ExitStatus {
    switch self {
    case .noPreparation, .noExperiment, .ownData, .otherData: .badInput
    case .diverged: .diverged
    default: .failed
    }
  }
}

extension ModelCommandError: CustomStringConvertible {
  var description: String {
    switch self {
    case .noPreparation(let file):
      "\(shown(file)): the checkpoint does not say how rows become inputs; use one that a run has saved"
    case .noLearnedWidths(let file):
      "\(shown(file)): this is an ordinary network, and only learned widths can be cut; use another model"
    case .noExperiment(let folder):
      "\(shown(folder)): there is no experiment.toml beside the checkpoint, which says what the model was "
        + "trained on; put it back, or use evaluate with --data"
    case .ownData(let error, let experiment):
      "the model's own data, named by \(shown(experiment)): \(error)"
        + (error.file == "-" ? "" : " (paths are relative to the working directory)")
    case .otherData(let experiment):
      "\(shown(experiment)): its data, seed or split are not those the model was trained with; put them "
        + "back, or use evaluate with --data"
    case .noHeldOutRows:
      "the run held no rows out to measure on (validation = 0); use evaluate with --data"
    case .noTestRows: "the run has no test rows (test = 0); use --split held-out, or --data with a file"
    case .noRowsToMeasure: "the run held no rows out and has no test rows; name a file of rows with --data"
    case .noClasses:
      "the model predicts no classes, so there is no confusion matrix; predict --split held-out writes true and "
        + "predicted values row by row"
    case .folderNotEmpty(let folder):
      "\(shown(folder)) exists already and is not an empty folder; choose another one with -o"
    case .isFolder(let path): "\(shown(path)) is a folder; name a file with -o"
    case .isInUse(let path):
      "\(shown(path)) is read here, or is a part of the run, and would be lost; name another file with -o"
    case .cannotWrite(let path, let reason):
      "\(shown(path)) cannot be written (\(reason)); choose another place"
    case .noCut(let budget, let closest): noCut(budget, closest)
    case .refused(let reason): "nothing was done: \(reason)"
    case .diverged: "the loss stopped being finite while compressing; ask for less"
    }
  }

  private func noCut(_ budget: CutBudget, _ closest: MeasuredCut) -> String {
    switch budget {
    case .parameters(let most):
      "no cut has \(most) parameters or fewer: with \(smallest(closest)) there are "
        + "\(closest.parameters); use --max-parameters \(closest.parameters) or more"
    case .multiplyAdds(let most):
      "no cut takes \(most) multiply-adds a row or fewer: with \(smallest(closest)) there are "
        + "\(closest.multiplyAdds); use --max-multiply-adds \(closest.multiplyAdds) or more"
    case .accuracy(let least):
      "no cut reaches a held-out accuracy of \(least): the best has "
        + "\(MetricText.number(closest.metrics.accuracy.map { ($0 * 1e4).rounded(.down) / 1e4 })), with \(MetricText.widths(closest.widths)) "
        + "neurons; ask for at most that"
    case .rmse(let most):
      "no cut reaches a held-out RMSE of \(most): the best has \(MetricText.number(closest.metrics.rmse)); "
        + "ask for at least that"
    case .tolerance: preconditionFailure("the best cut is within any tolerance of itself")
    }
  }

  private func smallest(_ cut: MeasuredCut) -> String {
    cut.widths.allSatisfy { $0 == 1 }
      ? "one neuron in each learned layer" : "\(MetricText.widths(cut.widths)) neurons, the fewest,"
  }

  private func shown(_ path: String) -> String { sanitized(path, limit: 300) }
}

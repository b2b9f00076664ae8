import ArgumentParser
import AtomicFiles
import Datasets
import Experiment
import Foundation
import ModelExport
import ModelFiles
import Training

/// Models as files of other programs.
enum ModelExporter {
  static func data(
    of model: SavedModel, _ preparation: Preparation, as format: ModelFormat
  ) throws -> Data {
    let (network, name) = (model.network, model.origin.name)
    switch format {
    case .onnx:
      let exporter = ONNXExporter(
        network: network, preparation: preparation, name: name, version: AwnTui.version)
      return Data(try exporter.model())
    case .safetensors:
      return try SafetensorsExporter(
        network: network, preparation: preparation, name: name, version: AwnTui.version
      ).data()
    }
  }

  /// For a run that is asked for it while it trains. No file is replaced: whoever types a name cannot be asked.
  static let duringRun: ModelExporting = { model, file, format in
    guard let preparation = model.preparation else { throw ModelCommandError.noPreparation(file) }
    try PlaceTaken.check(file)
    try OutputFile.write(try data(of: model, preparation, as: format), to: file)
  }
}

extension ModelFormat: ExpressibleByArgument {}

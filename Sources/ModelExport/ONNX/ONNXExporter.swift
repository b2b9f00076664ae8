import AdaptiveWidth
import Datasets
import Experiment
import Foundation
import SwiftProtobuf

/// Writes a trained network as an ONNX model that reads data as users have them: a table's cells, raw pixels, the steps
/// of sequences, the nodes of graphs, or the tokens of texts.
///
/// The format is version 7 with operator set 13 and `ai.onnx.ml` 2; version 8 with set 16 for graphs. The graph's
/// inputs are
/// - for every column of numbers a float tensor [N, 1] under the column's name, NaN where the number is missing; a
///   double tensor instead where floats are too coarse for the column's spread, as for times;
/// - for every column of categories a string tensor [N, 1] under the column's name; missing as in files (empty, `NA`,
///   `?`, …), numbers in their shortest form, without surrounding blanks;
/// - for images one float tensor `pixels` [N, height·width·channels], row by row, channels last, 0 … 255 as in IDX
///   files, or 0 … 1 if the training file had booleans or fractions, which are not rounded to 255ths as they are when
///   files are read;
/// - for sequences `steps` [N, T, features], numbers as in files, NaN where they are missing, categories as 0 and 1,
///   and `lengths`, int64 [N]; where a step is a pixel, `pixels` as for images;
/// - for graphs `nodes`, float [V, features], attributes as in files and labels as 0 and 1, `edges`, int64 [2, E], a
///   node and its neighbor, and `graph`, int64 [V], the graph of each node; there are as many graphs as that says;
/// - for texts `tokens`, int64 [N, S], and `lengths`, int64 [N]; for translations `target`, int64 [N, T], as well.
///
/// Its outputs are `probabilities`, float [N, classes], and `label`, string [N]; or, for regression, `prediction`,
/// float [N, 1], in the target's own unit; or, for translations, `logits`, float [N, T, vocabulary], of the token that
/// follows each of the target. The metadata contain the names of features and classes, and the vocabulary of texts.
/// Names that occur twice get `.2`, `.3`, …; inputs are named before outputs.
///
/// Importances are multiplied into the weights behind them, and normalization into the convolutions before it, so the
/// model is an ordinary network of the learned widths. How a block is written depends on the block and on the form of
/// its inputs (`GraphValue.Form`), not on the kind of network.
public struct ONNXExporter: Sendable {
  public let network: Network
  public let preparation: Preparation
  /// The graph's name: that of the run or the dataset.
  public let name: String
  /// Version of the program that trained the network.
  public let version: String

  /// - Parameters:
  ///   - network: reads the preparation's features and returns a logit a class, or one standardized value.
  public init(network: Network, preparation: Preparation, name: String, version: String) {
    precondition(
      network.problem == preparation.problem && network.shape.first == preparation.featureCount
        && network.shape.last == preparation.outputs, "the network does not fit its preparation")
    self.network = network
    self.preparation = preparation
    self.name = name
    self.version = version
  }

  /// The bytes of an `.onnx` file.
  public func model() throws(ExportError) -> [UInt8] {
    let proto = try modelProto()
    do {
      return try proto.serializedBytes()
    } catch {
      throw .tooLarge(parameters: network.parameterCount())
    }
  }

  /// Set 13 of 2020, which onnxruntime 1.6 and later read. Graphs need set 16 of 2022 and onnxruntime 1.11, because
  /// earlier sets cannot add rows up.
  private var operatorSets: [(domain: String, version: Int64)] {
    [("", readsGraphs ? 16 : 13), (GraphBuilder.machineLearning, 2)]
  }

  /// The file format that came with those operators.
  private var formatVersion: Int64 { readsGraphs ? 8 : 7 }

  private var readsGraphs: Bool {
    if case .graphs = preparation.inputs { true } else { false }
  }

  func modelProto() throws(ExportError) -> Onnx_ModelProto {
    guard network.isFinite else { throw .notFinite }
    if case .columns(let columns, _, _, _) = preparation.inputs {
      for column in columns { if case .date = column.kind { throw .dates(column: column.name) } }
    }
    var builder = GraphBuilder(name: name)
    let inputs = addInputs(to: &builder)
    let outputs = addOutputs(to: &builder)
    let features = addFeatures(of: inputs, to: &builder)
    let logits = try addLayers(on: features, to: &builder)
    addPrediction(from: logits, outputs, to: &builder)

    var model = Onnx_ModelProto()
    model.irVersion = formatVersion
    model.producerName = "awn-tui"
    model.producerVersion = version
    model.docString = summary
    model.graph = builder.graph
    model.opsetImport = operatorSets.map { domain, version in
      var set = Onnx_OperatorSetIdProto()
      set.domain = domain
      set.version = version
      return set
    }
    model.metadataProps = metadata.map { key, value in
      var entry = Onnx_StringStringEntryProto()
      entry.key = key
      entry.value = value
      return entry
    }
    return model
  }

  private var summary: String {
    let widths = network.widths.map(String.init).joined(separator: ", ")
    let learned = widths.isEmpty ? "" : " Learned widths: \(widths)."
    return "Predicts \(preparation.targetName) from values as files have them.\(learned)"
  }

  /// How a text becomes tokens.
  private var vocabularyNote: String {
    "token 0 begins a text, 1 ends it, 2 to 257 are the bytes of UTF-8, and the i-th pair of the vocabulary, from 0, "
      + "makes token 258 + i; a text is read with a space before it, as words of letters (and all beyond ASCII), of digits "
      + "or of other signs, each with the one space before it and at most \(Vocabulary.longestPiece) bytes long, further "
      + "white space as words of one byte; in each word pairs are joined in the vocabulary's order; what follows token "
      + "\(preparation.longestText) is left out"
  }

  private var metadata: [(String, String)] {
    var entries = [
      ("problem", network.problem.rawValue), ("target", preparation.targetName),
      ("shape", json(network.shape)), ("feature_names", json(preparation.featureNames)),
    ]
    switch preparation.inputs {
    case .text(let vocabulary, _), .translation(let vocabulary, _, _):
      entries.append(("vocabulary", json(vocabulary)))
      entries.append(("vocabulary_note", vocabularyNote))
    default: break
    }
    if !preparation.classNames.isEmpty { entries.append(("class_names", json(preparation.classNames))) }
    return entries
  }
}

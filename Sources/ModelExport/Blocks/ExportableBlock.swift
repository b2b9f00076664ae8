import AdaptiveWidth
import Experiment
import LinearAlgebra
import ModelFiles

/// A block that both export formats can express: what other programs must know of it, its tensors, and its ONNX nodes.
///
/// To export a new type of block, write one conformance in a file of its own; nothing else lists the types.
protocol ExportableBlock: Block {
  /// Kind, formula and settings for the safetensors file's metadata.
  var facts: BlockFacts { get }

  /// The safetensors file's tensors, by name within the block, with the names and shapes of PyTorch's modules.
  ///
  /// - Parameter importances: of the adaptive layer that the block reads, to be multiplied into its weights; `nil` if
  ///   it reads none.
  func tensors(importances: [Float]?) -> [String: Safetensors.Tensor]

  /// Adds the block's ONNX nodes, in operators of set 13, or 16 for graphs.
  ///
  /// - Returns: the block's output. Its form is that of the input for blocks that compute row by row.
  /// - Throws: `context.unsupportedInput` if the block cannot read values of the forms it is given.
  func addNodes(
    _ context: NodeContext, to builder: inout GraphBuilder
  ) throws(ExportError) -> GraphValue
}

extension ExportableBlock {
  func tensors(importances: [Float]?) -> [String: Safetensors.Tensor] { [:] }
}

/// What a block's ONNX nodes are made from, besides the block.
struct NodeContext {
  /// The index of the block, from 0.
  let index: Int
  /// The type of the block, for errors.
  let kind: String
  /// The values it reads.
  let sources: [GraphValue]
  /// The importances of the adaptive layer that the block reads, to be multiplied into its weights; `nil`: none.
  let importances: [Float]?

  /// What the names of the block's values begin with: `layer 1`, `layer 2`, …
  var name: String { "layer \(index + 1)" }

  var unsupportedInput: ExportError {
    .unsupportedInput(index, kind: kind, forms: sources.map(\.form.description))
  }
}

extension Network {
  /// - Throws: if no exporter knows blocks of its type.
  func exportable(_ index: Int) throws(ExportError) -> any ExportableBlock {
    guard let block = blocks[index] as? any ExportableBlock else {
      throw .unsupportedLayer(index, kind: "\(type(of: blocks[index]))")
    }
    return block
  }
}

extension Block {
  /// Whether exporters know blocks of this type.
  package static var isExportable: Bool { self is any ExportableBlock.Type }
}

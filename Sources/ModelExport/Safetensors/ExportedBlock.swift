import AdaptiveWidth
import Experiment
import LinearAlgebra
import ModelFiles

/// A block as other programs see it: without importances, its tensors shaped as PyTorch's modules have them.
struct ExportedBlock {
  var facts: BlockFacts
  /// By name within the block.
  var tensors: [String: Safetensors.Tensor] = [:]
}

/// What is said of a block in JSON; `nil` where a block of its kind has no such setting.
struct BlockFacts: Encodable {
  var kind: String
  /// Blocks it reads, from 0; -1: the network's input.
  var sources: [Int]
  /// Columns of its output.
  var outputs: Int
  /// What it computes, of x (and y, where it reads two values).
  var formula: String
  var function: String?
  var epsilon: Double?
  var isRectified: Bool?
  var kernel: Int?
  var stride: Int?
  var padding: Int?
  /// Of the image it reads.
  var image: ImageExtent?
  /// Of the image it adds.
  var shortcut: ImageExtent?
  var pooling: Pooling?
  /// Of each value that it puts side by side.
  var columns: [Int]?
  var attention: Attention.Kind?
  var heads: Int?
  var side: Embedding.Side?
  var vocabulary: Int?
  /// Neurons inside it.
  var width: Int?

  private enum CodingKeys: String, CodingKey {
    case kind, sources, outputs, formula, function, epsilon, kernel, stride, padding, image, shortcut
    case pooling, columns, attention, heads, side, vocabulary, width
    case isRectified = "rectified"
  }

  init(_ kind: String, _ block: any Block, _ sources: [Int], formula: String) {
    (self.kind, self.sources, self.formula) = (kind, sources, formula)
    outputs = block.outputs
  }
}

extension Network {
  /// All blocks, importances multiplied into the weights behind them: the same function.
  func exportedBlocks() throws(ExportError) -> [ExportedBlock] {
    var result: [ExportedBlock] = []
    for index in blocks.indices {
      guard let block = exportedLayer(index) ?? exportedJunction(index) else {
        throw .unsupportedLayer(index, kind: "\(type(of: blocks[index]))")
      }
      result.append(block)
    }
    return result
  }

  /// Of the adaptive layer that a block reads, if that is what it does.
  func importances(before index: Int) -> [Float]? {
    importances(readBy: index)?.elements
  }

  /// A block with parameters; `nil`: it is of none of these kinds.
  private func exportedLayer(_ index: Int) -> ExportedBlock? {
    let sources = sources[index]
    switch blocks[index] {
    case let block as Dense:
      return ExportedBlock(block, sources, behind: importances(before: index))
    case let block as ConvolutionBlock: return ExportedBlock(block, sources)
    case let block as Recurrence: return ExportedBlock(block, sources)
    case let block as BatchNorm:
      var facts = BlockFacts(
        "batch_norm", block, sources,
        formula:
          "(x - running_mean) / sqrt(running_var + epsilon) * weight + bias, then max(0, .) if rectified")
      (facts.epsilon, facts.isRectified) = (BatchNorm.epsilon, block.isRectified)
      return ExportedBlock(
        facts: facts, tensors: .normalization(block.scale, block.shift, buffers: block.buffers))
    case let block as LayerNorm:
      var facts = BlockFacts(
        "layer_norm", block, sources,
        formula: "(x - mean) / sqrt(variance + epsilon) * weight + bias, over the columns of each row")
      facts.epsilon = LayerNorm.epsilon
      return ExportedBlock(
        facts: facts, tensors: .normalization(block.gain, block.bias, buffers: []))
    case let block as Embedding:
      var facts = BlockFacts(
        "embedding", block, sources,
        formula: "sqrt(outputs) * weight[token] + position; column 2i of position p is "
          + "sin(p / 10000^(2i / outputs)), column 2i + 1 the cosine of the same")
      (facts.side, facts.vocabulary) = (block.side, block.vocabulary)
      return ExportedBlock(facts: facts, tensors: ["weight": block.table.value.exported])
    default: return nil
    }
  }

  /// A block without parameters; `nil`: it is of none of these kinds.
  private func exportedJunction(_ index: Int) -> ExportedBlock? {
    let block = blocks[index]
    func facts(_ kind: String, _ formula: String) -> BlockFacts {
      BlockFacts(kind, block, sources[index], formula: formula)
    }
    var result: BlockFacts
    switch block {
    case let block as MaxPool:
      result = facts(
        "max_pool", "the largest of kernel x kernel pixels; an odd last line or column is left out")
      (result.kernel, result.stride, result.image) = (2, 2, block.image)
    case is GlobalAveragePool: result = facts("average_pool", "the mean of all pixels, channel by channel")
    case is NeighbourSum: result = facts("neighbour_sum", "each node's x plus the sum of its neighbours'")
    case let block as SegmentPool:
      result = facts("segment_pool", "the sum or mean of the rows of each graph or text")
      result.pooling = block.pooling
    case let block as Concatenation:
      result = facts("concatenation", "all it reads side by side")
      result.columns = block.inputColumns
    case let block as Attention:
      let halves = block.kind == .cross ? "x = q, y = k, v" : "x = q, k, v"
      result = facts(
        "attention",
        "softmax(q kᵀ / sqrt(outputs / heads)) v for each head, heads side by side; "
          + "\(halves) side by side" + (block.kind == .causal ? "; a row sees itself and those before" : ""))
      (result.attention, result.heads) = (block.kind, block.heads)
    case is Addition: result = facts("addition", "x + y")
    default: return nil
    }
    return ExportedBlock(facts: result)
  }
}

extension [String: Safetensors.Tensor] {
  /// As of PyTorch's normalisations; with running statistics, if there are any.
  fileprivate static func normalization(_ scale: Parameter, _ shift: Parameter, buffers: [Matrix]) -> Self {
    var result = ["weight": scale.value.exportedRow, "bias": shift.value.exportedRow]
    for (name, buffer) in zip(["running_mean", "running_var"], buffers) { result[name] = buffer.exportedRow }
    return result
  }
}

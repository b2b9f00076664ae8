import AdaptiveWidth
import Experiment

/// What the safetensors file's metadata say of a block, in JSON. A setting is `nil` where blocks of a kind have none.
struct BlockFacts: Encodable {
  var kind: String
  /// Indices of the blocks it reads, from 0; -1 for the network's input.
  var sources: [Int] = []
  /// Columns of its output.
  var outputs = 0
  /// What it computes from x (and y, where it reads two values).
  var formula: String
  var function: String?
  var epsilon: Double?
  var isRectified: Bool?
  var kernel: Int?
  var stride: Int?
  var padding: Int?
  /// The extent of the image it reads.
  var image: ImageExtent?
  /// The extent of the image it adds.
  var shortcut: ImageExtent?
  /// Its own channel that each channel of that image is added to; -1: none.
  var shortcutTargets: [Int]?
  var pooling: Pooling?
  /// The columns of each value that it puts side by side.
  var columns: [Int]?
  var attention: Attention.Kind?
  var heads: Int?
  /// What the products of queries and keys are divided by.
  var temperature: Float?
  var side: Embedding.Side?
  var vocabulary: Int?
  /// Neurons inside it.
  var width: Int?

  private enum CodingKeys: String, CodingKey {
    case kind, sources, outputs, formula, function, epsilon, kernel, stride, padding, image, shortcut
    case pooling, columns, attention, heads, temperature, side, vocabulary, width
    case isRectified = "rectified"
    case shortcutTargets = "shortcut_targets"
  }

  init(_ kind: String, formula: String) {
    (self.kind, self.formula) = (kind, formula)
  }
}

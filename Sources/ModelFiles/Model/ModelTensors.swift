import AdaptiveWidth
import Experiment
import LinearAlgebra

/// The tensors of a network: `blocks.N.` and the parameter's name, or `importances`; moments are called as their
/// parameter with `.first` and `.second`, and the slopes of the importances, by which the rate learns, `.slopes`.
enum ModelTensors {
  static func name(_ block: Int, _ parameter: String) -> String { "blocks.\(block).\(parameter)" }

  /// - Parameter optimizer: whose moments are kept; `nil`: none.
  static func tensors(of network: Network, optimizer: OptimizerKind?) -> [String: Safetensors.Tensor] {
    var result: [String: Safetensors.Tensor] = [:]
    for (index, var block) in network.blocks.enumerated() {
      let entry = BlockEntry(block, withMoments: false)
      let shapes = entry.record.parameters(entry.extents)
      block.forEachParameter { parameter, number in
        let name = name(index, shapes[number].name)
        result[name] = parameter.value.tensor
        guard let optimizer else { return }
        precondition(
          parameter.first.columns == parameter.value.columns, "a network to train on has its moments")
        result["\(name).first"] = parameter.first.tensor
        if optimizer.hasSecondMoments { result["\(name).second"] = parameter.second.tensor }
      }
      for (shape, buffer) in zip(entry.record.buffers(entry.extents), block.buffers) {
        result[name(index, shape.name)] = buffer.tensor
      }
      guard let adaptation = block.adaptation else { continue }
      result[name(index, "importances")] = adaptation.importances.tensor
      if optimizer != nil { result[name(index, "importances.slopes")] = adaptation.slopes.tensor }
    }
    return result
  }
}

extension OptimizerKind {
  /// Gradient descent has its velocity alone.
  var hasSecondMoments: Bool { self == .adam }
}

/// Makes blocks of tensors, each of which is asked for once.
struct BlockAssembly {
  private var tensors: [String: Safetensors.Tensor]
  private let optimizer: OptimizerKind?

  init(_ tensors: [String: Safetensors.Tensor], optimizer: OptimizerKind?) {
    self.tensors = tensors
    self.optimizer = optimizer
  }

  /// The first by name of those that nobody asked for.
  var rest: String? { tensors.keys.min() }

  /// - Parameter entry: with extents that its record finds no problem with.
  mutating func block(_ entry: BlockEntry, _ index: Int) throws(ModelFileError.Reason) -> any Block {
    let isElastic = entry.adaptation != nil
    var values: [Matrix] = []
    var moments: [(first: Matrix, second: Matrix?)] = []
    for shape in entry.record.parameters(entry.extents) {
      let name = ModelTensors.name(index, shape.name)
      values.append(try matrix(name, shape.rows, shape.columns, isElastic, .finite))
      guard let optimizer else { continue }
      let first = try matrix("\(name).first", shape.rows, shape.columns, isElastic, .finite)
      let second =
        optimizer.hasSecondMoments
        ? try matrix("\(name).second", shape.rows, shape.columns, isElastic, .notNegative) : nil
      moments.append((first, second))
    }
    var block = entry.record.block(values, entry.extents, adaptation: try adaptation(entry, index))
    var buffers: [Matrix] = []
    for shape in entry.record.buffers(entry.extents) {
      let name = ModelTensors.name(index, shape.name)
      buffers.append(try matrix(name, shape.rows, shape.columns, false, .finite))
    }
    if var normalizing = block as? any NormalizingBlock {
      normalizing.buffers = buffers
      block = normalizing
    }
    if optimizer != nil {
      block.forEachParameter { parameter, number in
        parameter.first = moments[number].first
        if let second = moments[number].second { parameter.second = second }
      }
    }
    return block
  }

  private mutating func adaptation(
    _ entry: BlockEntry, _ index: Int
  ) throws(ModelFileError.Reason) -> Adaptation? {
    guard let state = entry.adaptation?.state, let width = entry.adaptation?.width else { return nil }
    let name = ModelTensors.name(index, "importances")
    let importances = try matrix(name, 1, width, true, .finite)
    let slopes = optimizer == nil ? nil : try matrix("\(name).slopes", 1, width, true, .finite)
    return Adaptation(state, importances: importances, slopes: slopes)
  }

  private enum Demand {
    case finite
    /// Infinity is what a mean of squares may overflow to.
    case notNegative
  }

  private mutating func matrix(
    _ name: String, _ rows: Int, _ columns: Int, _ isElastic: Bool, _ demand: Demand
  ) throws(ModelFileError.Reason) -> Matrix {
    guard let tensor = tensors.removeValue(forKey: name) else { throw .missingTensor(name) }
    guard tensor.shape == [rows, columns] else {
      throw .tensorShape(name, expected: [rows, columns], found: tensor.shape)
    }
    let elements: [Float] =
      switch tensor.elements {
      case .f32(let values): values
      case .f64(let values): values.map { Float($0) }
      }
    switch demand {
    case .finite where !elements.allSatisfy { $0.isFinite }: throw .notFinite(tensor: name)
    case .notNegative where !elements.allSatisfy { $0 >= 0 }: throw .negativeSecondMoment(tensor: name)
    default: return Matrix(rows: rows, columns: columns, elements: elements, isElastic: isElastic)
    }
  }
}

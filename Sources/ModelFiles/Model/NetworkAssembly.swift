import AdaptiveWidth
import AtomicFiles
import Experiment
import LinearAlgebra

/// Makes networks of tensors, each of which is taken once.
struct NetworkAssembly {
  private var tensors: [String: Safetensors.Tensor]

  init(_ tensors: [String: Safetensors.Tensor]) { self.tensors = tensors }

  /// The first by name of the tensors that no block has taken.
  var unclaimed: String? { tensors.keys.min() }

  /// - Parameters:
  ///   - record: a valid one.
  ///   - optimizer: the one whose moments are stored; `nil` for none.
  ///   - prefix: of the tensors' names.
  mutating func network(
    _ record: ModelDocument.NetworkRecord, optimizer: OptimizerKind?, prefix: String = ""
  ) throws(ModelFileError.Model) -> Network {
    var nodes: [LayerNode] = []
    for (index, entry) in record.blocks.enumerated() {
      let block = try block(entry, optimizer) { ModelTensors.name(prefix, index, $0) }
      nodes.append(LayerNode(block, entry.sources ?? [index - 1]))
    }
    if let error = Network.validationError(in: nodes) { throw .inconsistent(error) }
    return Network(nodes: nodes, problem: record.problem)
  }

  private mutating func block(
    _ entry: BlockEntry, _ optimizer: OptimizerKind?, name: (String) -> String
  ) throws(ModelFileError.Model) -> any Block {
    let isElastic = entry.adaptation != nil && type(of: entry.record).hasElasticParameters
    var values: [Matrix] = []
    var moments: [(first: Matrix, second: Matrix?)] = []
    for shape in entry.record.parameters(entry.extents) {
      let name = name(shape.name)
      values.append(try matrix(name, shape, isElastic))
      guard let optimizer else { continue }
      let first = try matrix("\(name).first", shape, isElastic)
      let second =
        optimizer.hasSecondMoments ? try matrix("\(name).second", shape, isElastic, .secondMoment) : nil
      moments.append((first, second))
    }
    let adaptation = try adaptation(entry.adaptation, hasSlopes: optimizer != nil, name("importances"))
    var block: any Block = entry.record.block(values, entry.extents, adaptation: adaptation)
    let ofState = try self.adaptation(
      entry.stateAdaptation, hasSlopes: optimizer != nil, name(ModelTensors.stateImportances))
    if let ofState, let recurrence = block as? Recurrence { block = recurrence.adaptingState(by: ofState) }
    var statistics: [Matrix] = []
    for shape in entry.record.runningStatistics(entry.extents) {
      statistics.append(try matrix(name(shape.name), shape, false))
    }
    if var normalizing = block as? any NormalizingBlock {
      normalizing.runningStatistics = statistics
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
    _ entry: AdaptationEntry?, hasSlopes: Bool, _ name: String
  ) throws(ModelFileError.Model) -> Adaptation? {
    guard let state = entry?.state, let width = entry?.width else { return nil }
    let shape = TensorShape("importances", 1, width)
    let importances = try matrix(name, shape, true)
    let slopes = hasSlopes ? try matrix("\(name).slopes", shape, true) : nil
    return Adaptation(state, importances: importances, slopes: slopes)
  }

  private mutating func matrix(
    _ name: String, _ shape: TensorShape, _ isElastic: Bool, _ demand: ModelTensors.Demand = .finite
  ) throws(ModelFileError.Model) -> Matrix {
    guard let tensor = tensors.removeValue(forKey: name) else { throw .missingTensor(name) }
    guard tensor.shape == [shape.rows, shape.columns] else {
      throw .tensorShape(name, expected: [shape.rows, shape.columns], found: tensor.shape)
    }
    let elements: [Float] =
      switch tensor.elements {
      case .f32(let values): values
      case .f64(let values): values.map { Float($0) }
      }
    guard elements.withUnsafeBufferPointer(demand.isMet) else { throw demand.error(name) }
    return Matrix(rows: shape.rows, columns: shape.columns, elements: elements, isElastic: isElastic)
  }
}

import AdaptiveWidth
import AtomicFiles
import Experiment
import LinearAlgebra

/// The names of a network's tensors: `blocks.N.` and the parameter's name, or `importances`. The optimizer's moments
/// have their parameter's name with `.first` and `.second`; `importances.slopes` are the derivatives of the importances
/// with respect to the rate. A recurrent block's state has `state_importances`. Those of the run's best network have the
/// prefix `best.` before all of this, those of the network that teaches it `teacher.`.
enum ModelTensors {
  static let stateImportances = "state_importances"
  static let bestPrefix = "best."
  static let teacherPrefix = "teacher."

  static func name(_ prefix: String, _ block: Int, _ parameter: String) -> String {
    "\(prefix)blocks.\(block).\(parameter)"
  }

  /// What elements a tensor may have.
  enum Demand {
    case finite
    /// Not negative; infinity is what a mean of squares may overflow to.
    case secondMoment

    func isMet(by elements: UnsafeBufferPointer<Float>) -> Bool {
      switch self {
      case .finite: elements.allSatisfy { $0.isFinite }
      case .secondMoment: elements.allSatisfy { $0 >= 0 }
      }
    }

    func error(_ name: String) -> ModelFileError.Model {
      switch self {
      case .finite: .notFinite(tensor: name)
      case .secondMoment: .negativeSecondMoment(tensor: name)
      }
    }
  }

  /// All tensors of a model, which share their memory with it.
  ///
  /// - Throws: if one has another shape than its block's record says, or elements it may not have.
  static func matrices(of model: SavedModel) throws(ModelFileError.Model) -> [NamedMatrix] {
    var list = TensorList()
    try list.add(model.network, optimizer: model.optimizer?.kind, prefix: "")
    if let best = model.best {
      try list.add(best.network, optimizer: best.optimizer.kind, prefix: bestPrefix)
    }
    if let teacher = model.teacher { try list.add(teacher, optimizer: nil, prefix: teacherPrefix) }
    return list.matrices
  }
}

/// A matrix with its name in a file.
struct NamedMatrix {
  var name: String
  var matrix: Matrix
}

extension OptimizerKind {
  /// Gradient descent has its velocity alone.
  var hasSecondMoments: Bool { self == .adam }
}

/// Collects the tensors of networks.
private struct TensorList {
  private(set) var matrices: [NamedMatrix] = []

  /// - Parameter optimizer: the one whose moments are stored; `nil` for none.
  mutating func add(
    _ network: Network, optimizer: OptimizerKind?, prefix: String
  ) throws(ModelFileError.Model) {
    for (index, var block) in network.blocks.enumerated() {
      let entry = try BlockEntry(block, withMoments: false)
      func name(_ shape: TensorShape) -> String { ModelTensors.name(prefix, index, shape.name) }
      var parameters: [Parameter] = []
      block.forEachParameter { parameter, _ in parameters.append(parameter) }
      for (shape, parameter) in zip(entry.record.parameters(entry.extents), parameters) {
        try add(parameter.value, name(shape), shape)
        guard let optimizer else { continue }
        try add(parameter.first, "\(name(shape)).first", shape)
        if optimizer.hasSecondMoments {
          try add(parameter.second, "\(name(shape)).second", shape, .secondMoment)
        }
      }
      for (shape, values) in zip(entry.record.runningStatistics(entry.extents), block.runningStatistics) {
        try add(values, name(shape), shape)
      }
      let ofState = (block as? any StateBlock)?.stateAdaptation
      for case let (title, adaptation?) in [
        ("importances", block.adaptation), (ModelTensors.stateImportances, ofState),
      ] {
        let shape = TensorShape(title, 1, adaptation.width)
        try add(adaptation.importances, name(shape), shape)
        if optimizer != nil { try add(adaptation.slopes, "\(name(shape)).slopes", shape) }
      }
    }
  }

  private mutating func add(
    _ matrix: Matrix, _ name: String, _ shape: TensorShape, _ demand: ModelTensors.Demand = .finite
  ) throws(ModelFileError.Model) {
    guard matrix.rows == shape.rows, matrix.columns == shape.columns else {
      throw .tensorShape(name, expected: [shape.rows, shape.columns], found: [matrix.rows, matrix.columns])
    }
    var isSound = true
    matrix.forEachRun { isSound = isSound && demand.isMet(by: $0) }
    if !isSound { throw demand.error(name) }
    matrices.append(NamedMatrix(name: name, matrix: matrix))
  }
}

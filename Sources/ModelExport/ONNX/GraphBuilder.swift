import Foundation

/// Collects an ONNX graph's nodes and constants, under names that are all different.
///
/// Values are referred to by name. Nodes are in the order of the calls, so a node's inputs exist before it.
struct GraphBuilder {
  /// The domain of ONNX's operators for tables.
  static let machineLearning = "ai.onnx.ml"

  private(set) var graph = Onnx_GraphProto()
  private var taken: Set<String> = []

  init(name: String) {
    // A graph must have a name.
    graph.name = name.isEmpty ? "network" : name
  }

  /// An input of the graph.
  ///
  /// - Parameters:
  ///   - name: from `unique`.
  ///   - note: a description for readers of the model.
  mutating func input(_ name: String, _ type: Onnx_TensorProto.DataType, _ shape: [Extent], note: String = "")
  {
    graph.input.append(Onnx_ValueInfoProto(name, type, shape, note: note))
  }

  /// An output of the graph, which a node of this name will compute.
  mutating func output(_ name: String, _ type: Onnx_TensorProto.DataType, _ shape: [Extent]) -> String {
    let name = unique(name)
    graph.output.append(Onnx_ValueInfoProto(name, type, shape))
    return name
  }

  /// A graph for a node's attribute. It may read the values of this one; names are different in both.
  mutating func inner(_ name: String, _ write: (inout GraphBuilder) -> Void) -> Onnx_GraphProto {
    var builder = GraphBuilder(name: name)
    builder.taken = taken
    write(&builder)
    taken = builder.taken
    return builder.graph
  }

  /// A node with one output.
  ///
  /// - Parameters:
  ///   - name: of its output, made unique.
  ///   - output: an output of the graph to compute, instead of a value with a new name.
  mutating func node(
    _ type: String, _ inputs: String..., name: String, output: String? = nil, domain: String = "",
    _ attributes: [Onnx_AttributeProto] = []
  ) -> String {
    join(type, inputs, name: name, output: output, domain: domain, attributes)
  }

  /// As `node`, for an array of inputs.
  @discardableResult
  mutating func join(
    _ type: String, _ inputs: [String], name: String, output: String? = nil, domain: String = "",
    _ attributes: [Onnx_AttributeProto] = []
  ) -> String {
    var node = Onnx_NodeProto()
    let output = output ?? unique(name)
    node.opType = type
    node.domain = domain
    node.name = output
    node.input = inputs
    node.output = [output]
    node.attribute = attributes
    graph.node.append(node)
    return output
  }

  // MARK: Constants

  mutating func constant(_ values: [Float], shape: [Int], name: String) -> String {
    constant(bytes(values), .float, shape, name)
  }

  mutating func constant(_ values: [Double], shape: [Int], name: String) -> String {
    constant(bytes(values), .double, shape, name)
  }

  mutating func constant(_ values: [Int64], shape: [Int], name: String) -> String {
    constant(bytes(values), .int64, shape, name)
  }

  mutating func constant(_ texts: [String], name: String) -> String {
    var tensor = Onnx_TensorProto()
    tensor.stringData = texts.map { Data($0.utf8) }
    return add(tensor, .string, [texts.count], name)
  }

  private mutating func constant(
    _ bytes: Data, _ type: Onnx_TensorProto.DataType, _ shape: [Int], _ name: String
  ) -> String {
    var tensor = Onnx_TensorProto()
    tensor.rawData = bytes
    return add(tensor, type, shape, name)
  }

  private mutating func add(
    _ tensor: Onnx_TensorProto, _ type: Onnx_TensorProto.DataType, _ shape: [Int], _ name: String
  ) -> String {
    var tensor = tensor
    tensor.name = unique(name)
    tensor.dataType = Int32(type.rawValue)
    tensor.dims = shape.map { Int64($0) }
    graph.initializer.append(tensor)
    return tensor.name
  }

  /// Little-endian, as the format requires and every supported machine is.
  private func bytes<Value: BitwiseCopyable>(_ values: [Value]) -> Data {
    values.withUnsafeBytes { Data($0) }
  }

  // MARK: Names

  /// The name, or the first of `name.2`, `name.3`, … that is not taken.
  mutating func unique(_ wanted: String) -> String {
    var name = wanted
    var number = 2
    while !taken.insert(name).inserted {
      name = "\(wanted).\(number)"
      number += 1
    }
    return name
  }
}

/// The extent of one axis: a number, or a letter if any number is possible.
enum Extent: ExpressibleByIntegerLiteral, ExpressibleByStringLiteral {
  case any(String)
  case fixed(Int)

  init(integerLiteral value: Int) { self = .fixed(value) }
  init(stringLiteral value: String) { self = .any(value) }
}

extension Onnx_ValueInfoProto {
  fileprivate init(
    _ name: String, _ type: Onnx_TensorProto.DataType, _ shape: [Extent], note: String = ""
  ) {
    self.init()
    self.name = name
    var tensor = Onnx_TypeProto.Tensor()
    tensor.elemType = Int32(type.rawValue)
    // Without it a scalar would be a tensor of unknown shape.
    tensor.shape = Onnx_TensorShapeProto()
    tensor.shape.dim = shape.map { extent in
      var dimension = Onnx_TensorShapeProto.Dimension()
      switch extent {
      case .any(let letter): dimension.dimParam = letter
      case .fixed(let count): dimension.dimValue = Int64(count)
      }
      return dimension
    }
    self.type.tensorType = tensor
    if !note.isEmpty { docString = note }
  }
}

extension Onnx_AttributeProto {
  private init(name: String, type: AttributeType) {
    self.init()
    self.name = name
    self.type = type
  }

  static func integer(_ name: String, _ value: Int) -> Self {
    var attribute = Self(name: name, type: .int)
    attribute.i = Int64(value)
    return attribute
  }

  static func float(_ name: String, _ value: Float) -> Self {
    var attribute = Self(name: name, type: .float)
    attribute.f = value
    return attribute
  }

  static func integers(_ name: String, _ values: [Int]) -> Self {
    var attribute = Self(name: name, type: .ints)
    attribute.ints = values.map { Int64($0) }
    return attribute
  }

  static func text(_ name: String, _ value: String) -> Self {
    var attribute = Self(name: name, type: .string)
    attribute.s = Data(value.utf8)
    return attribute
  }

  static func graph(_ name: String, _ value: Onnx_GraphProto) -> Self {
    var attribute = Self(name: name, type: .graph)
    attribute.g = value
    return attribute
  }

  static func texts(_ name: String, _ values: [String]) -> Self {
    var attribute = Self(name: name, type: .strings)
    attribute.strings = values.map { Data($0.utf8) }
    return attribute
  }

  /// The type that `Cast` converts to.
  static func to(_ type: Onnx_TensorProto.DataType) -> Self { integer("to", type.rawValue) }
}

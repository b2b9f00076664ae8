import Foundation
import ModelExport

/// Computes an exported graph, operator by operator, as the ONNX documentation defines them. In double precision.
struct GraphEvaluator {
  /// By name: inputs, constants and everything computed.
  private(set) var values: [String: Tensor]

  init(_ graph: Onnx_GraphProto, inputs: [String: Tensor]) {
    values = inputs
    for constant in graph.initializer { define(constant.name, Tensor(constant)) }
    for node in graph.node { define(node.output[0], result(of: node)) }
  }

  /// Every name is given once, as the format asks.
  private mutating func define(_ name: String, _ value: Tensor) {
    precondition(values.updateValue(value, forKey: name) == nil, "\(name) is defined twice")
  }

  private func result(of node: Onnx_NodeProto) -> Tensor {
    let inputs = node.input.map { name in
      guard let value = values[name] else { preconditionFailure("\(name) is used before it is defined") }
      return value
    }
    let first = inputs[0]
    switch node.opType {
    case "Concat": return concatenated(inputs)
    case "Cast": return node.integer("to") == 1 ? first.map { Double(Float($0)) } : first
    case "Sub": return first.combined(inputs[1], -)
    case "Div": return first.combined(inputs[1], /)
    case "Mul": return first.combined(inputs[1], *)
    case "Add": return first.combined(inputs[1], +)
    case "Equal": return first.combined(inputs[1]) { $0 == $1 ? 1 : 0 }
    case "IsNaN": return first.map { $0.isNaN ? 1 : 0 }
    case "Where":
      return .filled(rows: first.rows, columns: first.columns) { row, column in
        first[row, column] == 1 ? inputs[1][row, column] : inputs[2][row, column]
      }
    case "Clip": return first.map { min(max($0, inputs[1][0, 0]), inputs[2][0, 0]) }
    case "Tanh": return first.map { tanh($0) }
    case "Relu": return first.map { max($0, 0) }
    case "LeakyRelu":
      let slope = Double(node.attribute("alpha").f)
      return first.map { $0 < 0 ? slope * $0 : $0 }
    case "Gemm":
      return .filled(rows: first.rows, columns: inputs[1].columns) { row, column in
        (0..<first.columns).reduce(inputs[2][0, column]) { $0 + first[row, $1] * inputs[1][$1, column] }
      }
    case "Softmax": return softmax(first)
    case "ArgMax":
      let winners = (0..<first.rows).map { row in
        (0..<first.columns).reduce(0) { first[row, $1] > first[row, $0] ? $1 : $0 }
      }
      return Tensor(rows: first.rows, columns: 1, numbers: winners.map { Double($0) })
    case "Gather":
      return Tensor(
        rows: inputs[1].rows, columns: 1, texts: inputs[1].numbers.map { first.texts[Int($0)] })
    case "LabelEncoder": return encoded(first, node)
    default: preconditionFailure("no operator \(node.opType) is known")
    }
  }

  private func concatenated(_ parts: [Tensor]) -> Tensor {
    var result = Tensor(rows: parts[0].rows, columns: parts.reduce(0) { $0 + $1.columns }, numbers: [])
    for row in 0..<result.rows {
      for part in parts { result.numbers += part.numbers[row * part.columns..<(row + 1) * part.columns] }
    }
    return result
  }

  private func softmax(_ logits: Tensor) -> Tensor {
    .filled(rows: logits.rows, columns: logits.columns) { row, column in
      1 / (0..<logits.columns).reduce(0) { $0 + exp(logits[row, $1] - logits[row, column]) }
    }
  }

  private func encoded(_ texts: Tensor, _ node: Onnx_NodeProto) -> Tensor {
    let keys = node.attribute("keys_strings").strings.map { String(decoding: $0, as: UTF8.self) }
    let codes = Dictionary(uniqueKeysWithValues: zip(keys, node.attribute("values_int64s").ints))
    return Tensor(
      rows: texts.rows, columns: texts.columns,
      numbers: texts.texts.map { Double(codes[$0] ?? Int64(node.integer("default_int64"))) })
  }
}

extension Onnx_NodeProto {
  func attribute(_ name: String) -> Onnx_AttributeProto {
    guard let found = attribute.first(where: { $0.name == name }) else {
      preconditionFailure("\(opType) lacks \(name)")
    }
    return found
  }

  func integer(_ name: String) -> Int { Int(attribute(name).i) }
}

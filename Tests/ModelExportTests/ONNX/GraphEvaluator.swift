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
    guard
      let result = elementwise(node, inputs) ?? reduction(node, inputs) ?? rearranged(node, inputs)
        ?? product(node, inputs) ?? image(node, inputs)
    else { preconditionFailure("no operator \(node.opType) is known") }
    return result
  }

  // MARK: Element by element

  private func elementwise(_ node: Onnx_NodeProto, _ inputs: [Tensor]) -> Tensor? {
    let first = inputs[0]
    switch node.opType {
    case "Identity": return first
    case "Cast": return node.integer("to") == 1 ? first.map { Double(Float($0)) } : first
    case "Sub": return first.combined(inputs[1], -)
    case "Div": return first.combined(inputs[1], /)
    case "Mul": return first.combined(inputs[1], *)
    case "Add": return first.combined(inputs[1], +)
    case "Max": return first.combined(inputs[1], max)
    case "Equal": return first.combined(inputs[1]) { $0 == $1 ? 1 : 0 }
    case "Less": return first.combined(inputs[1]) { $0 < $1 ? 1 : 0 }
    case "IsNaN": return first.map { $0.isNaN ? 1 : 0 }
    case "Where":
      return .tabulate(Tensor.broadcast(inputs.map(\.shape))) {
        first[$0] == 1 ? inputs[1][$0] : inputs[2][$0]
      }
    case "Clip": return first.map { min(max($0, inputs[1].numbers[0]), inputs[2].numbers[0]) }
    case "Tanh": return first.map { tanh($0) }
    case "Sin": return first.map { sin($0) }
    case "Sqrt": return first.map { $0.squareRoot() }
    case "Relu": return first.map { max($0, 0) }
    case "LeakyRelu":
      let slope = Double(node.attribute("alpha").f)
      return first.map { $0 < 0 ? slope * $0 : $0 }
    case "LabelEncoder": return encoded(first, node)
    default: return nil
    }
  }

  private func encoded(_ texts: Tensor, _ node: Onnx_NodeProto) -> Tensor {
    let keys = node.attribute("keys_strings").strings.map { String(decoding: $0, as: UTF8.self) }
    let codes = Dictionary(uniqueKeysWithValues: zip(keys, node.attribute("values_int64s").ints))
    return Tensor(
      texts.shape, texts.texts.map { Double(codes[$0] ?? Int64(node.integer("default_int64"))) })
  }

  // MARK: Along axes

  private func reduction(_ node: Onnx_NodeProto, _ inputs: [Tensor]) -> Tensor? {
    let first = inputs[0]
    let keeps = node.find("keepdims")?.i != 0
    switch node.opType {
    case "ReduceMean":
      return first.reduced(node.integers("axes"), keeps: keeps) { $0.reduce(0, +) / Double($0.count) }
    case "ReduceMax": return first.reduced(node.integers("axes"), keeps: keeps) { $0.max() ?? 0 }
    case "ReduceSum": return first.reduced(inputs[1].integers, keeps: keeps) { $0.reduce(0, +) }
    case "ArgMax":
      return first.reduced([node.integer("axis")], keeps: keeps) { values in
        Double(values.indices.reduce(0) { values[$1] > values[$0] ? $1 : $0 })
      }
    case "Softmax":
      let axis = [node.integer("axis")]
      let largest = first.reduced(axis, keeps: true) { $0.max() ?? 0 }
      let weights = first.combined(largest) { exp($0 - $1) }
      return weights.combined(weights.reduced(axis, keeps: true) { $0.reduce(0, +) }, /)
    default: return nil
    }
  }

  // MARK: Shapes and places

  private func rearranged(_ node: Onnx_NodeProto, _ inputs: [Tensor]) -> Tensor? {
    let first = inputs[0]
    switch node.opType {
    case "Shape": return Tensor([first.rank], first.shape.map { Double($0) })
    case "ConstantOfShape": return .tabulate(first.integers) { _ in 0 }
    case "Range":
      let places = stride(from: first.numbers[0], to: inputs[1].numbers[0], by: inputs[2].numbers[0])
      return Tensor([Array(places).count], Array(places))
    case "Unsqueeze":
      return first.reshaped(inputs[1].integers.reduce(into: first.shape) { $0.insert(1, at: $1) })
    case "Flatten": return first.reshaped([first.shape[0], first.shape.dropFirst().reduce(1, *)])
    case "Reshape":
      var shape = inputs[1].integers.enumerated().map { $1 == 0 ? first.shape[$0] : $1 }
      if let free = shape.firstIndex(of: -1) { shape[free] = first.count / -shape.reduce(1, *) }
      return first.reshaped(shape)
    case "Expand":
      return .tabulate(Tensor.broadcast([first.shape, inputs[1].integers])) { first[$0] }
    case "Transpose":
      let order = node.integers("perm")
      return .tabulate(order.map { first.shape[$0] }) { index in
        var source = index
        for (position, axis) in order.enumerated() { source[axis] = index[position] }
        return first[source]
      }
    case "Slice":
      let (start, end, axis) = (inputs[1].integers[0], inputs[2].integers[0], inputs[3].integers[0])
      var shape = first.shape
      shape[axis] = end - start
      return .tabulate(shape) { index in
        var source = index
        source[axis] += start
        return first[source]
      }
    case "Pad":
      let borders = inputs[1].integers
      let shape = first.shape.indices.map { borders[$0] + first.shape[$0] + borders[$0 + first.rank] }
      return .tabulate(shape) { index in
        let source = index.indices.map { index[$0] - borders[$0] }
        let isInside = source.indices.allSatisfy { (0..<first.shape[$0]).contains(source[$0]) }
        return isInside ? first[source] : 0
      }
    case "Concat": return concatenated(inputs, axis: node.integer("axis"))
    case "Gather": return gathered(first, inputs[1], axis: Int(node.find("axis")?.i ?? 0))
    case "ScatterElements":
      precondition(node.integer("axis") == 0 && node.attribute("reduction").s == Data("add".utf8))
      var result = first
      _ = Tensor.tabulate(inputs[1].shape) { index in
        result.numbers[result.offset([Int(inputs[1][index])] + index.dropFirst())] += inputs[2][index]
        return 0
      }
      return result
    default: return nil
    }
  }

  private func concatenated(_ parts: [Tensor], axis: Int) -> Tensor {
    var shape = parts[0].shape
    shape[axis] = parts.reduce(0) { $0 + $1.shape[axis] }
    return .tabulate(shape) { index in
      var source = index
      for part in parts {
        if source[axis] < part.shape[axis] { return part[source] }
        source[axis] -= part.shape[axis]
      }
      preconditionFailure("an index lies in one of the parts")
    }
  }

  private func gathered(_ values: Tensor, _ places: Tensor, axis: Int) -> Tensor {
    if !values.texts.isEmpty {
      var result = places
      (result.numbers, result.texts) = ([], places.numbers.map { values.texts[Int($0)] })
      return result
    }
    let shape = values.shape[..<axis] + places.shape + values.shape[(axis + 1)...]
    return .tabulate(Array(shape)) { index in
      let place = places[Array(index[axis..<axis + places.rank])]
      return values[index[..<axis] + [Int(place)] + index[(axis + places.rank)...]]
    }
  }

  // MARK: Products and loops

  private func product(_ node: Onnx_NodeProto, _ inputs: [Tensor]) -> Tensor? {
    switch node.opType {
    case "Gemm": return multiplied(inputs[0], inputs[1]).combined(inputs[2], +)
    case "MatMul": return multiplied(inputs[0], inputs[1])
    case "Scan": return scanned(node, inputs)
    default: return nil
    }
  }

  private func multiplied(_ left: Tensor, _ right: Tensor) -> Tensor {
    let inner = left.columns
    let outer = Tensor.broadcast([left.shape.dropLast(2), right.shape.dropLast(2)].map(Array.init))
    return .tabulate(outer + [left.shape[left.rank - 2], right.columns]) { index in
      var (one, other) = (index, index)
      return (0..<inner).reduce(0) { sum, place in
        one[index.count - 1] = place
        other[index.count - 2] = place
        return sum + left[one] * right[other]
      }
    }
  }

  /// One state, and as many inputs as the body has beyond that.
  private func scanned(_ node: Onnx_NodeProto, _ inputs: [Tensor]) -> Tensor {
    let (body, axes) = (node.attribute("body").g, node.integers("scan_input_axes"))
    var state = inputs[0]
    for step in 0..<inputs[1].shape[axes[0]] {
      var read = values
      read[body.input[0].name] = state
      for (number, axis) in axes.enumerated() {
        read[body.input[1 + number].name] = gathered(
          inputs[1 + number], Tensor([], [Double(step)]), axis: axis)
      }
      state = GraphEvaluator(body, inputs: read).values[body.output[0].name]!
    }
    return state
  }

  // MARK: Images

  private func image(_ node: Onnx_NodeProto, _ inputs: [Tensor]) -> Tensor? {
    let first = inputs[0]
    switch node.opType {
    case "GlobalAveragePool":
      return first.reduced([2, 3], keeps: true) { $0.reduce(0, +) / Double($0.count) }
    case "MaxPool":
      return windows(first, node, channels: first.shape[1]) { image, channel, pixels in
        pixels.compactMap { $0 }.map { first[[image, channel, $0.row, $0.column]] }.max() ?? 0
      }
    case "Conv":
      let (weights, bias) = (inputs[1], inputs.count > 2 ? inputs[2].numbers : nil)
      return windows(first, node, channels: weights.shape[0]) { image, output, pixels in
        pixels.indices.reduce(bias?[output] ?? 0) { sum, tap in
          guard let pixel = pixels[tap] else { return sum }
          let (row, column) = (tap / weights.shape[3], tap % weights.shape[3])
          return (0..<first.shape[1]).reduce(sum) {
            $0 + first[[image, $1, pixel.row, pixel.column]] * weights[[output, $1, row, column]]
          }
        }
      }
    default: return nil
    }
  }

  /// Of each window its pixels, row by row; `nil` for those in the padding.
  private func windows(
    _ images: Tensor, _ node: Onnx_NodeProto, channels: Int,
    _ body: (_ image: Int, _ channel: Int, _ pixels: [(row: Int, column: Int)?]) -> Double
  ) -> Tensor {
    let (kernel, strides) = (node.integers("kernel_shape"), node.integers("strides"))
    let pads = node.find("pads") == nil ? [0, 0, 0, 0] : node.integers("pads")
    let (height, width) = (images.shape[2], images.shape[3])
    let shape = [
      images.shape[0], channels, (height + pads[0] + pads[2] - kernel[0]) / strides[0] + 1,
      (width + pads[1] + pads[3] - kernel[1]) / strides[1] + 1,
    ]
    return .tabulate(shape) { index in
      let pixels = (0..<kernel[0] * kernel[1]).map { tap -> (row: Int, column: Int)? in
        let row = index[2] * strides[0] - pads[0] + tap / kernel[1]
        let column = index[3] * strides[1] - pads[1] + tap % kernel[1]
        return (0..<height).contains(row) && (0..<width).contains(column) ? (row, column) : nil
      }
      return body(index[0], index[1], pixels)
    }
  }
}

extension Tensor {
  fileprivate var integers: [Int] { numbers.map { Int($0) } }
}

extension Onnx_NodeProto {
  func find(_ name: String) -> Onnx_AttributeProto? { attribute.first { $0.name == name } }

  func attribute(_ name: String) -> Onnx_AttributeProto {
    guard let found = find(name) else { preconditionFailure("\(opType) lacks \(name)") }
    return found
  }

  func integer(_ name: String) -> Int { Int(attribute(name).i) }
  func integers(_ name: String) -> [Int] { attribute(name).ints.map { Int($0) } }
}

import Datasets

/// An input of the graph: an image's pixels, a column of a table, or a part of another observation.
struct GraphInput {
  var name: String
  var type: Onnx_TensorProto.DataType
  /// The network's features that are made from it.
  var features: Range<Int>
}

extension ONNXExporter {
  /// Declares the graph's inputs, in the order of the features.
  func addInputs(to builder: inout GraphBuilder) -> [GraphInput] {
    switch preparation.inputs {
    case .image(let shape):
      let name = builder.unique("pixels")
      builder.input(
        name, .float, ["N", .fixed(shape.height * shape.width * shape.channels)],
        note: "\(shape.height) rows of \(shape.width) pixels, 0 to \(Int(preparation.whitePixel))"
          + (shape.channels == 1 ? "" : ", the \(shape.channels) channels of each after one another"))
      return [GraphInput(name: name, type: .float, features: 0..<preparation.featureCount)]
    case .columns where preparation.sequence != nil: return addSequenceInputs(to: &builder)
    case .columns(let columns, _, _, _):
      let names = inputNames(columns, &builder)
      var inputs: [GraphInput] = []
      for (column, name) in zip(columns, names) {
        let first = inputs.last?.features.upperBound ?? 0
        let type = inputType(of: column.kind, feature: first)
        builder.input(name, type, ["N", 1], note: note(on: column.kind))
        inputs.append(GraphInput(name: name, type: type, features: first..<first + column.featureCount))
      }
      return inputs
    case .graphs: return addGraphInputs(to: &builder)
    case .text, .translation: return addTextInputs(to: &builder)
    }
  }

  /// The value that the network's first blocks read.
  func addFeatures(of inputs: [GraphInput], to builder: inout GraphBuilder) -> GraphValue {
    switch preparation.inputs {
    case .image:
      let pixels = addPixels(inputs[0].name, to: &builder)
      return preparation.sequence == nil
        ? GraphValue(name: pixels) : addSteps(ofPixels: pixels, to: &builder)
    case .columns where preparation.sequence != nil: return addSteps(of: inputs, to: &builder)
    case .columns(let columns, _, _, _):
      return GraphValue(name: addCells(of: inputs, columns, to: &builder))
    case .graphs: return addNodes(of: inputs, to: &builder)
    case .text, .translation: return addTokens(of: inputs, to: &builder)
    }
  }

  /// [N, features], exactly as training rows' cells are prepared.
  private func addCells(
    of inputs: [GraphInput], _ columns: [InputColumn], to builder: inout GraphBuilder
  ) -> String {
    var parts: [String] = []
    var index = 0
    while index < columns.count {
      switch columns[index].kind {
      case .number:
        // Neighboring columns are prepared together: a table may have hundreds of them.
        let group = inputs[index...].prefix { $0.type == inputs[index].type }
        let all = GraphInput(
          name: concatenated(group.map(\.name), name: "numbers", to: &builder), type: inputs[index].type,
          features: inputs[index].features.lowerBound..<group[group.endIndex - 1].features.upperBound)
        parts.append(addNumbers(all, to: &builder))
        index += group.count
      case .categories(let names, let hasMissing):
        if !inputs[index].features.isEmpty {
          parts.append(addCategories(inputs[index].name, names, hasMissing, to: &builder))
        }
        index += 1
      case .date: preconditionFailure("dates are refused before")
      }
    }
    return concatenated(parts, name: "features", to: &builder)
  }

  /// (cell − mean) / scale in double precision, clipped to finite floats, and 0 where the cell is missing, as readers
  /// of files prepare it.
  ///
  /// - Parameter cells: [..., features]
  func addNumbers(_ cells: GraphInput, to builder: inout GraphBuilder) -> String {
    let scaling = preparation.featureScaling
    let shape = [1, cells.features.count]
    let means = builder.constant(Array(scaling.means[cells.features]), shape: shape, name: "means")
    let scales = builder.constant(Array(scaling.scales[cells.features]), shape: shape, name: "scales")
    let limit = Double(Float.greatestFiniteMagnitude)
    let lowest = builder.constant([-limit], shape: [], name: "lowest")
    let highest = builder.constant([limit], shape: [], name: "highest")
    let zero = builder.constant([Float(0)], shape: [1], name: "zero")

    let isWide = cells.type == .double
    // `IsNaN` of doubles is newer than that of floats.
    let narrow = isWide ? builder.node("Cast", cells.name, name: "narrow numbers", [.to(.float)]) : cells.name
    let wide = isWide ? cells.name : builder.node("Cast", cells.name, name: "wide numbers", [.to(.double)])
    let isMissing = builder.node("IsNaN", narrow, name: "missing numbers")
    let centered = builder.node("Sub", wide, means, name: "centered numbers")
    let scaled = builder.node("Div", centered, scales, name: "scaled numbers")
    let bounded = builder.node("Clip", scaled, lowest, highest, name: "bounded numbers")
    let standardized = builder.node("Cast", bounded, name: "standardized numbers", [.to(.float)])
    return builder.node("Where", isMissing, zero, standardized, name: "number features")
  }

  /// One-hot: 1 in the category's column and 0 elsewhere; all 0 for a category that training did not see.
  private func addCategories(
    _ input: String, _ names: [String], _ hasMissing: Bool, to builder: inout GraphBuilder
  ) -> String {
    let missingTexts = preparation.reading?.missing.spellings ?? MissingText.all
    var keys = missingTexts
    var values = missingTexts.map { _ in hasMissing ? names.count : -1 }
    var known = Set(keys)
    for (index, name) in names.enumerated() where known.insert(name).inserted {
      keys.append(name)
      values.append(index)
    }
    let codes = builder.node(
      "LabelEncoder", input, name: "\(input) code", domain: GraphBuilder.machineLearning,
      [.texts("keys_strings", keys), .integers("values_int64s", values), .integer("default_int64", -1)])
    let count = names.count + (hasMissing ? 1 : 0)
    let all = builder.constant((0..<count).map { Int64($0) }, shape: [1, count], name: "\(input) codes")
    let matches = builder.node("Equal", codes, all, name: "\(input) matches")
    return builder.node("Cast", matches, name: "\(input) features", [.to(.float)])
  }

  /// (pixel − mean) / scale, channel by channel, from pixels as the training file had them.
  private func addPixels(_ input: String, to builder: inout GraphBuilder) -> String {
    let scaling = preparation.featureScaling
    // One of each for gray images.
    let count = preparation.image?.channels == 1 ? 1 : preparation.featureCount
    let white = preparation.whitePixel
    let means = scaling.means[..<count].map { Float(white * $0) }
    let scales = scaling.scales[..<count].map { Float(white * $0) }
    let mean = builder.constant(means, shape: [count], name: "mean")
    let scale = builder.constant(scales, shape: [count], name: "scale")
    let centered = builder.node("Sub", input, mean, name: "centered pixels")
    return builder.node("Div", centered, scale, name: "features")
  }

  private func concatenated(_ parts: [String], name: String, to builder: inout GraphBuilder) -> String {
    parts.count == 1 ? parts[0] : builder.join("Concat", parts, name: name, [.integer("axis", 1)])
  }

  // MARK: Inputs

  /// The columns' own names without control characters, which other programs do not accept. Columns without a name get
  /// one that no other column has.
  private func inputNames(_ columns: [InputColumn], _ builder: inout GraphBuilder) -> [String] {
    var names = columns.map { column in
      let scalars = column.name.unicodeScalars.map { $0.properties.generalCategory == .control ? "_" : $0 }
      return String(String.UnicodeScalarView(scalars))
    }
    for index in names.indices where !names[index].isEmpty { names[index] = builder.unique(names[index]) }
    for index in names.indices where names[index].isEmpty {
      names[index] = builder.unique("x\(columns[index].position)")
    }
    return names
  }

  /// Numbers are floats, unless neighboring floats near the mean differ by more than 1/10,000 of the column's scale.
  func inputType(of kind: InputColumn.Kind, feature: Int) -> Onnx_TensorProto.DataType {
    guard kind == .number else { return .string }
    let step = Double(Float(abs(preparation.featureScaling.means[feature])).ulp)
    return step > preparation.featureScaling.scales[feature] / 10_000 ? .double : .float
  }

  private func note(on kind: InputColumn.Kind) -> String {
    switch kind {
    case .number: "a number; NaN if it is missing"
    case .categories(let names, _): "one of: \(names.joined(separator: ", "))"
    case .date: "a date"
    }
  }
}

/// The texts that mark a missing cell in files: NA, N/A, NaN, null, None in any case, ? and the empty text.
package enum MissingText {
  package static let all = ["", "?"] + ["na", "n/a", "nan", "null", "none"].flatMap(spellings)

  /// The word in all combinations of lower and upper case.
  private static func spellings(_ word: String) -> [String] {
    word.reduce([""]) { prefixes, letter in
      let forms = Set([letter.lowercased(), letter.uppercased()]).sorted()
      return prefixes.flatMap { prefix in forms.map { prefix + $0 } }
    }
  }
}

extension Preparation {
  /// The number of a white pixel in the training file, whose preparation is of pixels between 0 and 1.
  fileprivate var whitePixel: Double { pixelRange?.white ?? 255 }
}

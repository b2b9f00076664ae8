import Datasets
import Experiment

/// A preparation in the JSON file. The keys are the format's, independent of the type that `Datasets` has.
package struct PreparationRecord: Codable {
  private var target: String
  /// Classification has `classes`, regression `targetScaling`, and translations have neither.
  private var classes: [String]?
  private var targetScaling: One?
  /// Either `columns` and `table`, or `image`, or `graphs`, or `text`.
  private var columns: [Column]?
  private var table: Layout?
  private var image: ImageShape?
  private var graphs: Graphs?
  /// If rows of a table or pixels of an image are the steps of sequences.
  private var sequence: SequenceEntry?
  private var text: Text?
  /// How the training file was read; absent in files of older versions.
  private var reading: Reading?
  /// How numbers of the target are printed.
  private var targetFormat: NumberFormat?
  /// What the pixels of NumPy's arrays were; absent for other data, and in files of older versions.
  private var pixelRange: PixelRange?
  /// Tokens that are read of a text, where it is not the usual number.
  private var maxLength: Int?
  /// A value for each feature, or one for all features, or for images one for each channel.
  private var means: [Double]
  private var scales: [Double]

  private enum CodingKeys: String, CodingKey {
    case target, classes, columns, table, image, sequence, graphs, text, reading, means, scales
    case targetScaling = "target_scaling"
    case targetFormat = "target_format"
    case pixelRange = "pixel_range"
    case maxLength = "max_length"
  }

  private struct One: Codable {
    var mean: Double
    var scale: Double
  }

  private struct Layout: Codable {
    var columns: Int
    var targetPosition: Int
    var header: Bool

    private enum CodingKeys: String, CodingKey {
      case columns, header
      case targetPosition = "target_position"
    }
  }

  /// Texts of a column, or pairs of texts in a source and a target language.
  private struct Text: Codable {
    var vocabulary: Vocabulary
    var column: String?
    var source: String?
    var target: String?

    var inputs: Preparation.Inputs? {
      switch (column, source, target) {
      case (let column?, nil, nil): .text(vocabulary, column: column)
      case (nil, let source?, let target?): .translation(vocabulary, source: source, target: target)
      default: nil
      }
    }
  }

  private struct Column: Codable {
    var name: String
    var position: Int
    /// `nil` for a column of numbers or dates.
    var categories: [String]?
    var hasMissing: Bool?
    /// `nil` for plain numbers.
    var format: NumberFormat?
    /// `nil` for what are no dates.
    var date: DateOrder?
    var dateParts: [DatePart]?

    private enum CodingKeys: String, CodingKey {
      case name, position, categories, format, date
      case hasMissing = "has_missing"
      case dateParts = "date_parts"
    }

    init(_ column: InputColumn) {
      (name, position, format) = (column.name, column.position, column.format)
      switch column.kind {
      case .number: break
      case .categories(let names, let hasMissing): (categories, self.hasMissing) = (names, hasMissing)
      case .date(let order, let parts): (date, dateParts) = (order, parts)
      }
    }

    var column: InputColumn {
      let kind: InputColumn.Kind =
        if let date { .date(date, dateParts ?? []) } else if let categories {
          .categories(categories, hasMissing: hasMissing ?? false)
        } else {
          .number
        }
      return InputColumn(name: name, position: position, kind: kind, format: format)
    }
  }

  /// Key columns of a table, or the seed of the permutation of pixels.
  private struct SequenceEntry: Codable {
    var identifier: SequenceLayout.KeyColumn?
    var time: SequenceLayout.KeyColumn?
    var permutation: UInt64?

    init(_ layout: SequenceLayout) {
      switch layout {
      case .columns(let identifier, let time): (self.identifier, self.time) = (identifier, time)
      case .pixels(let permutation): self.permutation = permutation
      }
    }

    var layout: SequenceLayout {
      identifier.map { .columns(identifier: $0, time: time) } ?? .pixels(permutation: permutation)
    }
  }

  private struct Graphs: Codable {
    var labels: [[Int]]
    var attributes: Int
    var largestDegree: Int?

    private enum CodingKeys: String, CodingKey {
      case labels, attributes
      case largestDegree = "largest_degree"
    }
  }

  package init(_ preparation: Preparation) {
    target = preparation.targetName
    switch preparation.target {
    case .classes(let names): classes = names
    case .value(let scaling): targetScaling = One(mean: scaling.means[0], scale: scaling.scales[0])
    case .tokens: break
    }
    switch preparation.inputs {
    case .columns(let inputs, let width, let position, let hasHeader):
      table = Layout(columns: width, targetPosition: position, header: hasHeader)
      columns = inputs.map(Column.init)
    case .image(let shape): image = shape
    case .text(let vocabulary, let column): text = Text(vocabulary: vocabulary, column: column)
    case .translation(let vocabulary, let source, let target):
      text = Text(vocabulary: vocabulary, source: source, target: target)
    case .graphs(let inputs):
      graphs = Graphs(
        labels: inputs.labels, attributes: inputs.attributes, largestDegree: inputs.largestDegree)
    }
    sequence = preparation.sequence.map(SequenceEntry.init)
    reading = preparation.reading.map(Reading.init)
    targetFormat = preparation.targetFormat
    pixelRange = preparation.pixelRange
    maxLength = preparation.maxLength
    let channels = preparation.image?.channels ?? 1
    means = Self.shortened(preparation.featureScaling.means, channels)
    scales = Self.shortened(preparation.featureScaling.scales, channels)
  }

  /// The preparation.
  ///
  /// - Parameter features: the number of the network's inputs.
  /// - Returns: `nil` if the parts do not fit together, or do not fit the network.
  package func preparation(features: Int) -> Preparation? {
    guard let target = preparedTarget, let inputs = preparedInputs,
      let means = lengthened(means, features), let scales = lengthened(scales, features)
    else { return nil }
    let scaling = Scaling(means: means, scales: scales)
    guard Preparation.isConsistent(inputs, target, scaling, sequence?.layout) else { return nil }
    if let maxLength, maxLength < 1 { return nil }
    var preparation = Preparation(
      inputs: inputs, targetName: self.target, target: target, featureScaling: scaling,
      sequence: sequence?.layout, reading: reading?.reading, targetFormat: targetFormat,
      pixelRange: pixelRange)
    preparation.maxLength = maxLength
    return preparation
  }

  private var preparedTarget: Preparation.Target? {
    switch (classes, targetScaling) {
    case (let names?, nil): .classes(names)
    case (nil, let one?): .value(Scaling(means: [one.mean], scales: [one.scale]))
    case (nil, nil) where text?.source != nil: .tokens
    default: nil
    }
  }

  private var preparedInputs: Preparation.Inputs? {
    switch (columns, table, image, graphs, text) {
    case (nil, nil, let shape?, nil, nil): .image(shape)
    case (nil, nil, nil, nil, let text?): text.inputs
    case (nil, nil, nil, let graphs?, nil):
      .graphs(
        GraphInputs(
          labels: graphs.labels, attributes: graphs.attributes, largestDegree: graphs.largestDegree))
    case (let columns?, let table?, nil, nil, nil):
      .columns(
        columns.map(\.column), width: table.columns, targetPosition: table.targetPosition,
        hasHeader: table.header)
    default: nil
    }
  }

  /// Equal values once: all pixels of a channel have the same, and a line for each would fill the file.
  private static func shortened(_ values: [Double], _ channels: Int) -> [Double] {
    guard let first = values.first else { return [] }
    if values.allSatisfy({ $0.bitPattern == first.bitPattern }) { return [first] }
    let repeats = values.indices.allSatisfy {
      values[$0].bitPattern == values[$0 % channels].bitPattern
    }
    return repeats && channels > 1 ? Array(values[..<channels]) : values
  }

  private func lengthened(_ values: [Double], _ count: Int) -> [Double]? {
    if values.count == count { return values }
    guard values.count == 1 || values.count == image?.channels, count % values.count == 0 else { return nil }
    return (0..<count).map { values[$0 % values.count] }
  }
}

import Experiment
import PlainText

/// What is predicted of graphs: a file with a line for each, which is its class or has a value of it.
struct GraphTargets {
  private let lines: NumberLines<Double>
  private let folder: GraphFolder
  let problem: Problem
  /// The name in a preparation: `label`, or `attribute` and its 0-based index on the line.
  let name: String
  private let column: Int
  /// What the user may not expect.
  private(set) var notes: [String] = []

  private static let labels = "graph_labels"
  private static let attributes = "graph_attributes"
  private static let labelName = "label"

  var file: String { lines.file }
  /// Graphs.
  var count: Int { lines.count }

  /// Classes from `graph_labels`; or values from `graph_attributes`, where there are no labels, or where values or one
  /// of several attributes are asked for; or, where values are asked for and there are no attributes, from
  /// `graph_labels`.
  ///
  /// - Parameter target: which of the values on a line is predicted, from 0, or its name; `nil`: the last.
  init(_ folder: GraphFolder, problem: Problem?, target: String?) throws(DataError) {
    let (labels, attributes) = (folder.file(Self.labels), folder.file(Self.attributes))
    let asksForValues = problem == .regression || problem == nil && (target != nil || labels == nil)
    if asksForValues, let attributes {
      let lines = try NumberLines<Double>(.opened(attributes))
      let column = try Self.column(target, of: lines)
      self.init(folder, lines, .regression, Self.name(ofAttribute: column), column)
      if lines.columns > 1, target == nil {
        notes.append(
          "of the \(lines.columns) graph attributes the last, \(name), is predicted (--target N: another one, from 0)"
        )
      }
      return
    }
    guard target == nil else { throw DataError(.graphs(.targetNamed), file: folder.path) }
    let file = try folder.requiredFile(Self.labels)
    self.init(
      folder, try NumberLines(.opened(file)), problem ?? .classification, Self.labelName, 0)
    try lines.require(columns: 1)
    if attributes != nil, self.problem == .classification {
      notes.append(
        "the graph labels are predicted, not the graph attributes (--problem regression: the attributes)")
    }
  }

  /// The targets of other graphs, in the file that the training graphs had them in.
  init(_ folder: GraphFolder, preparedBy preparation: Preparation) throws(DataError) {
    let isLabel = preparation.targetName == Self.labelName
    let file = try folder.requiredFile(isLabel ? Self.labels : Self.attributes)
    let lines = try NumberLines<Double>(.opened(file))
    let column = isLabel ? 0 : try Self.column(preparation.targetName, of: lines)
    self.init(folder, lines, preparation.problem, preparation.targetName, column)
    if isLabel { try lines.require(columns: 1) }
  }

  private init(
    _ folder: GraphFolder, _ lines: NumberLines<Double>, _ problem: Problem, _ name: String, _ column: Int
  ) {
    (self.folder, self.lines, self.problem, self.name, self.column) = (folder, lines, problem, name, column)
  }

  private static func name(ofAttribute column: Int) -> String { "attribute \(column)" }

  private static func column(
    _ target: String?, of lines: NumberLines<Double>
  ) throws(DataError) -> Int {
    guard let target else { return max(lines.columns - 1, 0) }
    let names = (0..<lines.columns).map { name(ofAttribute: $0) }
    guard let column = names.firstIndex(of: target) ?? Int(target), names.indices.contains(column) else {
      throw DataError(.table(.unknownTarget(target, available: names)), file: lines.file)
    }
    return column
  }

  // MARK: Classes

  /// The different classes, ascending.
  func classNames() throws(DataError) -> [String] {
    var different: Set<Int32> = []
    for graph in 0..<count { different.insert(try label(of: graph)) }
    let names = different.sorted().map { "\($0)" }
    guard names.count > 1 else { throw DataError(.rows(.oneClass(names.first ?? "")), file: file) }
    guard names.count <= TextIndex.limit else {
      throw DataError(.graphs(.tooManyClasses(limit: TextIndex.limit)), file: file)
    }
    return names
  }

  /// Each graph's index among the names.
  func classes(_ names: [String]) throws(DataError) -> [Int32] {
    let indices = Dictionary(zip(names, Int32(0)...), uniquingKeysWith: { first, _ in first })
    var classes: [Int32] = []
    for graph in 0..<count {
      let label = "\(try label(of: graph))"
      guard let index = indices[label] else {
        throw DataError(
          .rows(.unknownClass(label, known: names)), file: file, line: lines.line(of: graph))
      }
      classes.append(index)
    }
    return classes
  }

  private func label(of graph: Int) throws(DataError) -> Int32 {
    let value = lines[graph, 0]
    guard let label = Int32(exactly: value) else {
      throw DataError(.graphs(.classIsNoInteger("\(value)")), file: file, line: lines.line(of: graph))
    }
    return label
  }

  // MARK: Values

  /// The target of each graph, in its own unit.
  var values: [Double] { (0..<count).map { lines[$0, column] } }

  /// Mean and standard deviation of some graphs' values.
  func scaling(of graphs: [Int32]) throws(DataError) -> Scaling {
    let values = values
    let numbers = graphs.map { values[Int($0)] }
    let mean = numbers.reduce(0, +) / Double(max(numbers.count, 1))
    let squares = numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let scale = (squares / Double(max(numbers.count, 1))).squareRoot()
    if let first = values.first, values.allSatisfy({ $0 == first }) {
      throw DataError(.table(.constantTarget(RawColumn.shortForm(first))), file: file)
    }
    return Scaling(means: [mean], scales: [scale > 0 ? scale : 1])
  }

  /// What a preparation makes of all graphs' targets.
  func prepared(by preparation: Preparation) throws(DataError) -> Targets {
    switch preparation.target {
    case .value(let scaling): .values(values.map { scaling.standardized($0, at: 0) }, outputs: 1)
    default: .classes(try classes(preparation.classNames))
    }
  }
}

extension GraphFolder {
  /// Lines of a file with one for each graph: how many graphs there are, where the last ones may have no nodes; `nil`
  /// if no such file can be read.
  var graphLines: Int? {
    for end in ["graph_labels", "graph_attributes"] {
      if let file = file(end), let lines = try? NumberLines<Double>(.opened(file)) { return lines.count }
    }
    return nil
  }
}

import AdaptiveWidth
import Datasets
import Experiment
import Foundation
import LinearAlgebra

/// Writes what a network predicts of rows, as CSV (RFC 4180, but lines end as on Unix).
package struct PredictionWriter {
  package let network: Network
  package let preparation: Preparation
  /// What says where each row is in its file; `nil`: that is not written.
  package var places: (name: String, numbers: [Int])?
  /// Whether what is true of a row is written.
  package var showsTargets = false

  package init(network: Network, preparation: Preparation) {
    self.network = network
    self.preparation = preparation
  }

  /// The header, then the rows, in pieces.
  ///
  /// - Parameter table: as the preparation makes it.
  package func write(_ table: Examples, to sink: (Data) throws -> Void) rethrows {
    let identifier = table.names == nil ? nil : preparation.sequence?.identifierName
    let known =
      (identifier.map { [$0] } ?? []) + (places.map { [$0.name] } ?? []) + (showsTargets ? ["target"] : [])
    let header = known + ["prediction"] + preparation.classNames
    try sink(Data((header.map(Self.cell).joined(separator: ",") + "\n").utf8))
    var workspace = Workspace()
    var source = BatchSource(table)
    // The kernels sum in another order in the last rows of a number that is no multiple of their vectors: with rows to
    // spare, what is predicted of a row depends on it alone.
    let isPadded = table.structure.isOfEqualRows && table.rows > 0
    let spare = isPadded ? (Self.padding - table.rows % Self.padding) % Self.padding : 0
    let order = (0..<Int32(table.rows)).map { $0 } + (0..<spare).map { _ in Int32(table.rows - 1) }
    let chunk = table.structure.observationsAtOnce
    let interpreter = Translator(preparation)
    for start in stride(from: 0, to: table.rows, by: chunk) {
      let range = start..<min(start + chunk, table.rows)
      if let interpreter {
        let texts = interpreter.translations(of: table, rows: range, by: network, &workspace)
        let cells = zip(range, texts).map { row, text in
          knownCells(table, row: row, interpreter.reference(of: table, row: row)) + Self.cell(text) + "\n"
        }
        try sink(Data(cells.joined().utf8))
        continue
      }
      let filled = range.upperBound == table.rows ? range.lowerBound..<order.count : range
      source.fill(order, filled)
      network.forward(source.batch, &workspace)
      let texts = lines(workspace.output, rows: range.count)
      try sink(Data(zip(range, texts).map { knownCells(table, row: $0) + $1 }.joined().utf8))
    }
  }

  /// A multiple of the rows that any kernel takes at once.
  private static let padding = 64

  /// The identifier, the place and the target of a row, as far as they are known, each with a comma behind it.
  ///
  /// - Parameter reference: the translation that is given.
  private func knownCells(_ table: Examples, row: Int, _ reference: String? = nil) -> String {
    var text = preparation.sequence == nil ? "" : table.names.map { Self.cell($0[row]) + "," } ?? ""
    text += places.map { row < $0.numbers.count ? "\($0.numbers[row])," : "," } ?? ""
    guard showsTargets else { return text }
    if let reference { text += Self.cell(reference) }
    switch (table.targets, preparation.target) {
    case (.classes(let classes), .classes(let names)): text += Self.cell(names[Int(classes[row])])
    case (.values(let values, _), .value(let scaling)):
      text += Self.number(values[row], scaling, spareDigits: -1)
    default: break
    }
    return text + ","
  }

  private func lines(_ outputs: Matrix, rows: Int) -> [String] {
    switch preparation.target {
    case .classes(let names): classLines(outputs, names.map(Self.cell), rows: rows)
    case .value(let scaling):
      (0..<rows).map { Self.number(outputs[$0, 0], scaling) + "\n" }
    case .tokens: preconditionFailure("translations are texts")
    }
  }

  private func classLines(_ logits: Matrix, _ cells: [String], rows: Int) -> [String] {
    let winners = logits.largestColumns
    return (0..<rows).map { row in
      let largest = Double(logits[row, winners[row]])
      let weights = (0..<logits.columns).map { exp(Double(logits[row, $0]) - largest) }
      let sum = weights.reduce(0, +)
      return cells[winners[row]] + weights.map { ",\(Float($0 / sum))" }.joined() + "\n"
    }
  }

  /// In the target's unit, with the digits that a float of the network's output has there.
  ///
  /// - Parameter spareDigits: beyond those that differ; below 0 what was read is written again, and not what rounding
  ///   made of it.
  static func number(_ output: Float, _ scaling: Scaling, spareDigits: Int = 1) -> String {
    let value = scaling.restored(output, at: 0)
    guard value.isFinite else { return "\(value)" }
    let step = scaling.scales[0] * Double(max(abs(output), 1).ulp)
    let digits = value == 0 ? 9 : Int((log10(abs(value) / step)).rounded(.up)) + spareDigits
    return String(format: "%.*g", max(1, min(digits, 17)), value)
  }

  /// Quoted if it has to be.
  package static func cell(_ text: String) -> String {
    let isPlain = text.unicodeScalars.allSatisfy { !",\"\n\r".unicodeScalars.contains($0) }
    if isPlain, text.first != " ", text.last != " ", !text.isEmpty { return text }
    return "\"\(text.replacingOccurrences(of: "\"", with: "\"\""))\""
  }
}

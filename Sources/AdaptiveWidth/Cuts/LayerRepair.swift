import LinearAlgebra

/// The fits that mend cuts of a layer, for every width: one for each value in which its neurons are read, all in one order.
///
/// Most layers have one. A residual stream is another value after each block that adds to it.
public struct LayerRepair: Sendable {
  /// A fit of what some of the layer's readers get.
  struct Part: Sendable {
    var readers: [Int]
    var regression: PrefixRegression
  }

  /// A fit of each neuron, in the order of their numbers, by what the convolution beside a shortcut reads. It lets that
  /// convolution add what the shortcut no longer carries on.
  struct Shortcut: Sendable {
    /// The index of the block that has both.
    var block: Int
    /// [columns that it reads, neurons] and [1, neurons].
    var fit: (weights: Matrix, bias: Matrix)
  }

  let parts: [Part]
  let shortcuts: [Shortcut]
  /// The fit that follows a cut of a recurrent block; `nil`: there is none.
  var lastStates: LastStateRepair?
  /// The most neurons that there is a fit by; `nil`: there is one for every width.
  private let leading: Int?

  /// - Precondition: there is a part, and all of them have the same order.
  init(_ parts: [Part], shortcuts: [Shortcut] = [], leading: Int? = nil) {
    precondition(!parts.isEmpty, "a layer has readers")
    (self.parts, self.shortcuts, self.leading) = (parts, shortcuts, leading)
  }

  /// Whether there is a fit by so many neurons; `nil`: by any number of them.
  func covers(_ width: Int?) -> Bool {
    guard let leading else { return true }
    return width.map { $0 <= leading } ?? false
  }

  /// The only fit; `nil` if there are several.
  var regression: PrefixRegression? { parts.count == 1 ? parts[0].regression : nil }

  /// The indices of all neurons, in the order of the fits.
  public var order: [Int] { parts[0].regression.order }
  var isIndexOrder: Bool { parts[0].regression.isIndexOrder }
  /// The number of neurons that the fits use: those after them explain nothing to any reader.
  var used: Int { parts.map(\.regression.used).max() ?? 0 }

  /// The variance of the readers' inputs that each neuron explains beyond those before it, in the order of the fits; summed
  /// over all fits.
  var explainedVariances: [Double] {
    let ofParts = parts.map(\.regression.explainedVariances)
    return order.indices.map { place in ofParts.reduce(0) { $0 + $1[place] } }
  }

  /// The fits with what one block gets multiplied by a factor.
  func scaled(by factor: Double, ofReader reader: Int) -> LayerRepair {
    var result = LayerRepair(
      parts.map {
        $0.readers == [reader]
          ? Part(readers: $0.readers, regression: $0.regression.scaled(by: factor)) : $0
      }, shortcuts: shortcuts, leading: leading)
    result.lastStates = lastStates?.scaled(by: Float(factor), ofReader: reader)
    return result
  }
}

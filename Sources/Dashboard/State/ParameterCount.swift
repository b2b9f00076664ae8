import Experiment

/// Weights and biases of the network at any widths, as its measured cuts tell them.
///
/// A layer's width enters the count at most squared, where states feed themselves, and multiplied with that of the
/// next layer. The cuts of one layer give the former, those of all layers the latter.
struct ParameterCount {
  private let widths: [Int]
  private let whole: Int
  private let layers: [Quadratic]
  /// Of neighbouring layers' widths.
  private var coupling = 0.0
  /// Whether every measured cut of all layers agrees.
  private var isVerified = false

  init?(_ inspection: Inspection?) {
    let curves = inspection?.curves.map(\.points) ?? []
    guard let whole = curves.first?.last, curves.count == whole.widths.count,
      curves.allSatisfy({ $0.last?.widths == whole.widths })
    else { return nil }
    (widths, self.whole) = (whole.widths, whole.parameters)
    layers = curves.map(Quadratic.init)
    guard let joint = inspection?.joint?.points, let smallest = joint.first else { return }
    // Most was cut there, so the products weigh most.
    let products = products(smallest.widths)
    if products > 0 { coupling = (Double(smallest.parameters) - separate(smallest.widths)) / products }
    isVerified = joint.allSatisfy { count(at: $0.widths) == $0.parameters }
  }

  func count(at widths: [Int]) -> Int? {
    guard widths.count == self.widths.count else { return nil }
    return Int(exactly: (separate(widths) + coupling * products(widths)).rounded())
  }

  /// Otherwise it is an estimate.
  func isExact(at widths: [Int]) -> Bool {
    isVerified || zip(widths, self.widths).count { $0 != $1 } <= 1
  }

  /// As if no width were multiplied with another.
  private func separate(_ widths: [Int]) -> Double {
    zip(layers, widths).reduce(Double(whole)) { $0 + $1.0.change(to: $1.1) }
  }

  private func products(_ widths: [Int]) -> Double {
    let cut = zip(self.widths, widths).map { Double($0 - $1) }
    return zip(cut, cut.dropFirst()).reduce(0) { $0 + $1.0 * $1.1 }
  }

  /// Through the first, the middle and the last point of a layer's curve.
  private struct Quadratic {
    private var width = 0.0
    private var middle = 0.0
    private var slope = 0.0
    private var curvature = 0.0

    init(_ points: [TradeoffPoint]) {
      guard let last = points.last, points.count > 1 else { return }
      func slope(to point: TradeoffPoint) -> Double {
        Double(last.parameters - point.parameters) / Double(max(1, last.width - point.width))
      }
      let (first, inner) = (points[0], points[points.count / 2])
      (width, middle) = (Double(last.width), Double(inner.width))
      guard points.count > 2 else {
        self.slope = slope(to: first)
        return
      }
      self.slope = slope(to: inner)
      curvature = (slope(to: first) - self.slope) / (Double(first.width) - middle)
    }

    func change(to width: Int) -> Double {
      let width = Double(width)
      return (width - self.width) * (slope + curvature * (width - middle))
    }
  }
}

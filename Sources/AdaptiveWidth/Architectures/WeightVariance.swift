/// A layer's width, and how it is learned; `nil`: it is fixed.
typealias LayerWidth = (width: Int, adaptation: Adaptation?)

/// He's variance for the weights that read a layer, so that the signal keeps its size: 2/width behind a fixed width,
/// and 2/Σf² behind an adaptive one, whose importances f shrink the signal.
func heVariance(behind width: Int, _ adaptation: Adaptation?) -> Double {
  2 / (adaptation?.importances.sumOfSquares ?? Double(width))
}

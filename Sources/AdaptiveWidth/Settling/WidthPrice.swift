import Experiment
import Glibc

/// What width costs: `price` nats for an e-fold more of the unit everywhere, so that L layers share it.
public struct WidthPrice: Sendable {
  /// τ
  public var price: Double
  public var unit: PriceUnit

  public init(price: Double, unit: PriceUnit) {
    (self.price, self.unit) = (price, unit)
  }

  /// τ of one layer of a network.
  func share(in network: Network) -> Double {
    unit == .neuron ? price / Double(max(1, network.adaptiveBlocks.count)) : price
  }

  /// τ/L ln K of a layer with K neurons, or τ ln of the multiply-adds of the network that has them.
  func cost(_ width: Int, of layer: Int, in network: Network) -> Double {
    switch unit {
    case .neuron: return share(in: network) * log(Double(width))
    case .multiplyAdds:
      var widths = network.widths
      widths[layer] = width
      return price * log(Double(max(1, network.multiplyAdds(widths: widths))))
    }
  }
}

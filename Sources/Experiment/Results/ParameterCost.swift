/// The number of a network's weights and biases as a function of the widths of its adaptive layers.
///
/// With wᵢ the width of layer i it is c + Σ aᵢ wᵢ + Σ bᵢⱼ wᵢ wⱼ over i ≤ j, exactly: a weight connects at most two
/// layers, or one layer with itself. The coefficients depend on the structure of the network, not on its widths.
public struct ParameterCost: Codable, Equatable, Sendable {
  /// c
  public var constant: Int
  /// aᵢ, one an adaptive layer.
  public var linear: [Int]
  /// bᵢⱼ, those that are not zero.
  public var products: [Product]

  /// The coefficient of the product of two widths; of a width's square if they are the same.
  public struct Product: Codable, Equatable, Sendable {
    public var first: Int
    public var second: Int
    public var coefficient: Int

    public init(first: Int, second: Int, coefficient: Int) {
      self.first = first
      self.second = second
      self.coefficient = coefficient
    }
  }

  public init(constant: Int, linear: [Int] = [], products: [Product] = []) {
    self.constant = constant
    self.linear = linear
    self.products = products
  }

  /// Finds the coefficients by counting at a few small widths, (n + 1)(n + 2) / 2 + n counts for n layers.
  ///
  /// - Precondition: `count` is a polynomial of the form above.
  public init(layers: Int, count: ([Int]) -> Int) {
    let ones = [Int](repeating: 1, count: layers)
    func counted(_ raised: [(layer: Int, by: Int)]) -> Int {
      var widths = ones
      for (layer, neurons) in raised { widths[layer] += neurons }
      return count(widths)
    }
    let base = count(ones)
    let single = (0..<layers).map { counted([($0, 1)]) }
    var products: [Product] = []
    for first in 0..<layers {
      let square = (counted([(first, 2)]) - 2 * single[first] + base) / 2
      if square != 0 { products.append(Product(first: first, second: first, coefficient: square)) }
      for second in first + 1..<max(first + 1, layers) {
        let coefficient = counted([(first, 1), (second, 1)]) - single[first] - single[second] + base
        if coefficient != 0 {
          products.append(Product(first: first, second: second, coefficient: coefficient))
        }
      }
    }
    self.init(constant: 0, linear: [Int](repeating: 0, count: layers), products: products)
    let ofProducts = self
    for layer in 0..<layers {
      var widths = ones
      widths[layer] = 2
      let change = ofProducts.parameters(at: widths) - ofProducts.parameters(at: ones)
      linear[layer] = single[layer] - base - change
    }
    constant = base - parameters(at: ones)
  }

  /// Weights and biases at these widths, one an adaptive layer.
  public func parameters(at widths: [Int]) -> Int {
    zip(linear, widths).reduce(constant) { $0 + $1.0 * $1.1 }
      + products.reduce(0) { $0 + $1.coefficient * widths[$1.first] * widths[$1.second] }
  }
}

import CKernels

/// First and second moments of rows of inputs and targets: all that a least-squares fit of the targets needs.
///
/// Sums are taken in double precision about the means of the first rows, which lie near those of all rows, so that
/// little cancels. Memory: K² + K C numbers of 8 bytes for C targets and the first K of D inputs.
public struct RegressionMoments: Sendable {
  /// D
  public let inputs: Int
  /// K, the number of first inputs that can be fitted by. Of those after them only the variances are known, because a
  /// ridge goes by the mean of all.
  public let leading: Int
  /// C
  public let targets: Int
  public private(set) var rows = 0
  /// Σ w over the rows: their number, unless they have weights.
  private var weight = 0.0
  /// Whether fits have an intercept: all means are subtracted. Without one they count as 0.
  private let hasIntercept: Bool
  /// See `separate`.
  private var parts = 1
  private var inputOrigin: [Double]
  private var targetOrigin: [Double]
  /// Σ h of rows less their origin, [D]. Σ z is `targetSums`, [C].
  private var inputSums: [Double]
  private var targetSums: [Double]
  /// Σ h hᵀ of rows less their origin, [K, K]; the lower triangle.
  private var squares: [Double]
  /// Σ h² of rows less their origin, of the inputs after the first K.
  private var squaresOfOthers: [Double]
  /// Σ h zᵀ of rows less their origin, [K, C].
  private var products: [Double]

  /// The numbers that it holds of products of inputs, and of inputs and targets.
  package var size: Int { squares.count + products.count }

  /// - Parameter leading: K; `nil`: all.
  public init(inputs: Int, targets: Int, leading: Int? = nil, hasIntercept: Bool = true) {
    let leading = leading ?? inputs
    precondition(leading <= inputs, "inputs that there are")
    (self.inputs, self.targets, self.leading) = (inputs, targets, leading)
    self.hasIntercept = hasIntercept
    inputSums = [Double](repeating: 0, count: inputs)
    targetSums = [Double](repeating: 0, count: targets)
    // Of no rows, as a canceled task leaves them, the means are 0.
    (inputOrigin, targetOrigin) = (inputSums, targetSums)
    squares = [Double](repeating: 0, count: leading * leading)
    squaresOfOthers = [Double](repeating: 0, count: inputs - leading)
    products = [Double](repeating: 0, count: leading * targets)
  }

  /// Adds rows of inputs [r, D] and of targets [r, C]. O(r K (K + C) + r D).
  ///
  /// - Parameters:
  ///   - weights: what the squared error of each row counts, [r], positive; `nil`: 1. Means and moments are weighted ones.
  ///   - threads: which divide the rows of the sums among them; the sums do not depend on their number.
  public mutating func add(_ h: Matrix, _ z: Matrix, weights: [Double]? = nil, threads: Int = 1) {
    precondition(h.columns == inputs && z.columns == targets && h.rows == z.rows, "shapes do not fit")
    if h.rows == 0 { return }
    if rows == 0 && hasIntercept { (inputOrigin, targetOrigin) = (h.columnMeans, z.columnMeans) }
    var (x, y) = (h.subtracting(row: inputOrigin), z.subtracting(row: targetOrigin))
    rows += h.rows
    weight += weights?.reduce(0, +) ?? Double(h.rows)
    // √w h and √w z have the products w h hᵀ and w h zᵀ; once more √w, and the sums are weighted ones.
    let roots = weights?.map { $0.squareRoot() }
    if let roots {
      precondition(roots.count == h.rows, "a weight for each row")
      x.multiplyRows(by: roots)
      y.multiplyRows(by: roots)
    }
    if hasIntercept {
      x.addColumnSums(of: roots, to: &inputSums)
      y.addColumnSums(of: roots, to: &targetSums)
    }
    x.addColumnSquares(from: leading, to: &squaresOfOthers)
    let (leading, targets, parts) = (leading, targets, Self.parts(of: leading, threads))
    squares.withUnsafeMutableBufferPointer { squares in
      products.withUnsafeMutableBufferPointer { products in
        x.withOperand { x in
          y.withOperand { y in
            Parallel.forEach(parts.count, threads: threads) { number in
              let part = parts[number]
              let (rows, start) = (x.columns(from: part.lowerBound), part.lowerBound * leading)
              guard let line = squares.baseAddress.map({ $0 + start }) else { return }
              if part.lowerBound > 0 {
                awn_add_product_doubles(part.count, part.lowerBound, h.rows, 1, rows, x, 0, line, leading)
              }
              awn_add_product_doubles(
                part.count, part.count, h.rows, 1, rows, rows, 1, line + part.lowerBound, leading)
              guard let result = products.baseAddress.map({ $0 + part.lowerBound * targets }) else { return }
              awn_add_product_doubles(part.count, targets, h.rows, 1, rows, y, 0, result, targets)
            }
          }
        }
      }
    }
  }

  /// The rows of a lower triangle in parts that are about as much work, in whole tiles of the product.
  private static func parts(of rows: Int, _ threads: Int) -> [Range<Int>] {
    let tile = 24
    guard threads > 1, rows >= 2 * tile else { return [0..<rows] }
    let ends = (1...threads).map { part in
      part == threads
        ? rows : Int(Double(rows) * (Double(part) / Double(threads)).squareRoot()) / tile * tile
    }
    return zip([0] + ends, ends).map { $0..<max($0, $1) }.filter { !$0.isEmpty }
  }

  /// Makes every fit one of each of `count` parts alone: of targets, which lie part by part, by the inputs of the same
  /// part, which take turns. Moments between parts become 0.
  public mutating func separate(parts count: Int) {
    precondition(
      count > 0 && inputs % count == 0 && leading % count == 0 && targets % count == 0, "parts of one size")
    parts = count
  }

  /// Multiplies each target by a factor, in the moments with inputs.
  public mutating func scaleTargets(by factors: [Double]) {
    precondition(factors.count == targets, "a factor for each target")
    for row in 0..<leading {
      for column in 0..<targets { products[row * targets + column] *= factors[column] }
    }
    for column in 0..<targets {
      targetSums[column] *= factors[column]
      targetOrigin[column] *= factors[column]
    }
  }

  /// h̄, [D]
  var inputMeans: [Double] { means(inputOrigin, inputSums) }
  /// z̄, [C]
  var targetMeans: [Double] { means(targetOrigin, targetSums) }

  private func means(_ origin: [Double], _ sums: [Double]) -> [Double] {
    zip(origin, sums).map { $0 + $1 * scale }
  }

  /// 1 / Σ w; 1 without rows.
  private var scale: Double { weight > 0 ? 1 / weight : 1 }

  /// The mean of the variances of all D inputs.
  var meanVariance: Double {
    let scale = scale
    let sum = (0..<inputs).reduce(0.0) { sum, input in
      let mean = inputSums[input] * scale
      let square = input < leading ? squares[input * leading + input] : squaresOfOthers[input - leading]
      return sum + (square * scale - mean * mean)
    }
    return sum / Double(max(1, inputs))
  }

  /// H̃ᵀH̃/R of the first K inputs, [K, K]; the lower triangle.
  var covariance: [Double] {
    let scale = scale
    let mean = inputSums.prefix(leading).map { $0 * scale }
    var result = squares
    result.withUnsafeMutableBufferPointer { result in
      mean.withUnsafeBufferPointer { mean in
        for row in 0..<leading {
          let (line, factor) = (result.baseAddress! + row * leading, mean[row])
          for column in 0...row { line[column] = line[column] * scale - factor * mean[column] }
          guard parts > 1 else { continue }
          for column in 0...row where row % parts != column % parts { line[column] = 0 }
        }
      }
    }
    return result
  }

  /// H̃ᵀZ̃/R of the first K inputs, [K, C].
  var crossCovariance: [Double] {
    let scale = scale
    let (input, target) = (inputSums.prefix(leading).map { $0 * scale }, targetSums.map { $0 * scale })
    var result = products
    result.withUnsafeMutableBufferPointer { result in
      target.withUnsafeBufferPointer { target in
        for row in 0..<(targets == 0 ? 0 : leading) {
          let (line, factor) = (result.baseAddress! + row * targets, input[row])
          for column in 0..<targets { line[column] = line[column] * scale - factor * target[column] }
          guard parts > 1 else { continue }
          for column in 0..<targets where row % parts != column / (targets / parts) { line[column] = 0 }
        }
      }
    }
    return result
  }
}

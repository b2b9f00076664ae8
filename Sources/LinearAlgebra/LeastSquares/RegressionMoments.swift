import CKernels

/// First and second moments of rows of inputs and targets: all that a least-squares fit of the targets needs.
///
/// Sums are taken in double precision about the means of the first rows, which lie near those of all rows, so that
/// little cancels. Memory: D² + D C numbers of 8 bytes for D inputs and C targets.
public struct RegressionMoments: Sendable {
  /// D
  public let inputs: Int
  /// C
  public let targets: Int
  public private(set) var rows = 0
  /// Whether fits have an intercept: all means are subtracted. Without one they count as 0.
  private let hasIntercept: Bool
  /// See `separate`.
  private var parts = 1
  private var inputOrigin: [Double]
  private var targetOrigin: [Double]
  /// Σ h of rows less their origin, [D]. Σ z is `targetSums`, [C].
  private var inputSums: [Double]
  private var targetSums: [Double]
  /// Σ h hᵀ of rows less their origin, [D, D]; the lower triangle.
  private var squares: [Double]
  /// Σ h zᵀ of rows less their origin, [D, C].
  private var products: [Double]

  public init(inputs: Int, targets: Int, hasIntercept: Bool = true) {
    (self.inputs, self.targets, self.hasIntercept) = (inputs, targets, hasIntercept)
    inputSums = [Double](repeating: 0, count: inputs)
    targetSums = [Double](repeating: 0, count: targets)
    // Of no rows, as a canceled task leaves them, the means are 0.
    (inputOrigin, targetOrigin) = (inputSums, targetSums)
    squares = [Double](repeating: 0, count: inputs * inputs)
    products = [Double](repeating: 0, count: inputs * targets)
  }

  /// Adds rows of inputs [r, D] and of targets [r, C]. O(r D (D + C)).
  public mutating func add(_ h: Matrix, _ z: Matrix) {
    precondition(h.columns == inputs && z.columns == targets && h.rows == z.rows, "shapes do not fit")
    if h.rows == 0 { return }
    if rows == 0 && hasIntercept { (inputOrigin, targetOrigin) = (h.columnMeans, z.columnMeans) }
    let (x, y) = (h.subtracting(row: inputOrigin), z.subtracting(row: targetOrigin))
    rows += h.rows
    if hasIntercept {
      x.addColumnSums(to: &inputSums)
      y.addColumnSums(to: &targetSums)
    }
    x.withOperand { x in
      awn_add_product_doubles(inputs, inputs, h.rows, 1, x, x, 1, &squares, inputs)
      y.withOperand { awn_add_product_doubles(inputs, targets, h.rows, 1, x, $0, 0, &products, targets) }
    }
  }

  /// Makes every fit one of each of `count` parts alone: of targets, which lie part by part, by the inputs of the same
  /// part, which take turns. Moments between parts become 0.
  public mutating func separate(parts count: Int) {
    precondition(count > 0 && inputs % count == 0 && targets % count == 0, "parts of one size")
    parts = count
  }

  /// Multiplies each target by a factor, in the moments with inputs.
  public mutating func scaleTargets(by factors: [Double]) {
    precondition(factors.count == targets, "a factor for each target")
    for row in 0..<inputs {
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
    zip(origin, sums).map { $0 + $1 / Double(max(1, rows)) }
  }

  /// H̃ᵀH̃/R, [D, D]; the lower triangle.
  var covariance: [Double] {
    let scale = 1 / Double(max(1, rows))
    let mean = inputSums.map { $0 * scale }
    var result = squares
    result.withUnsafeMutableBufferPointer { result in
      for row in 0..<inputs {
        let (start, factor) = (row * inputs, mean[row])
        for column in 0...row {
          result[start + column] =
            row % parts == column % parts ? result[start + column] * scale - factor * mean[column] : 0
        }
      }
    }
    return result
  }

  /// H̃ᵀZ̃/R, [D, C]
  var crossCovariance: [Double] {
    let scale = 1 / Double(max(1, rows))
    let (input, target) = (inputSums.map { $0 * scale }, targetSums.map { $0 * scale })
    var result = products
    for row in 0..<inputs {
      for column in 0..<targets {
        let index = row * targets + column
        let isOfOnePart = row % parts == column / (targets / parts)
        result[index] = isOfOnePart ? result[index] * scale - input[row] * target[column] : 0
      }
    }
    return result
  }
}

/// Rows of doubles without gaps.
struct DoubleRows {
  var elements: [Double]
  let columns: Int

  /// Passes the rows to `body` as an operand of products that sum over the rows.
  func withOperand(_ body: (awn_doubles) -> Void) {
    elements.withUnsafeBufferPointer {
      guard let base = $0.baseAddress else { return }
      body(awn_doubles(base: base, outer_step: 1, inner_step: columns))
    }
  }

  /// sums += the sum of each column.
  func addColumnSums(to sums: inout [Double]) {
    for start in stride(from: 0, to: elements.count, by: max(1, columns)) {
      for column in 0..<columns { sums[column] += elements[start + column] }
    }
  }
}

extension Matrix {
  /// The mean of each column.
  fileprivate var columnMeans: [Double] {
    var sums = [Double](repeating: 0, count: columns)
    subtracting(row: sums).addColumnSums(to: &sums)
    return sums.map { $0 / Double(max(1, rows)) }
  }

  /// Subtracts a row from every row, in double precision.
  func subtracting(row origin: [Double]) -> DoubleRows {
    precondition(origin.count == columns, "a number for each column")
    let elements = [Double](unsafeUninitializedCapacity: rows * columns) { target, count in
      for row in 0..<rows {
        let (source, start) = (base + row * stride, row * columns)
        for column in 0..<columns { target[start + column] = Double(source[column]) - origin[column] }
      }
      count = rows * columns
    }
    return DoubleRows(elements: elements, columns: columns)
  }
}

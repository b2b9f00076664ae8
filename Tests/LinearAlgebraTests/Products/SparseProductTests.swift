import LinearAlgebra
import Testing

/// Products whose left operand is mostly zero.
@Suite struct SparseProductTests {
  /// Numbers, or zeros where a multiple of `period` is not met.
  private func matrix(_ rows: Int, _ columns: Int, every period: Int = 1, seed: UInt64) -> Matrix {
    var random = RandomStream(seed: seed, purpose: "sparse products")
    var result = Matrix(rows: rows, columns: columns)
    for row in 0..<rows {
      for column in 0..<columns where random.below(period) == 0 {
        result[row, column] = Float(random.normal())
      }
    }
    return result
  }

  /// The same columns in matrices of 20, for which zeros are not looked for.
  private func inParts(_ right: Matrix, _ product: (inout Matrix, Matrix) -> Void, rows: Int) -> Matrix {
    var result = Matrix(rows: rows, columns: right.columns)
    for first in stride(from: 0, to: right.columns, by: 20) {
      let count = min(20, right.columns - first)
      var part = Matrix(rows: right.rows, columns: count)
      part.assign(columnsFrom: first, of: right)
      var columns = Matrix(rows: rows, columns: count)
      product(&columns, part)
      result.setColumns(from: first, to: columns)
    }
    return result
  }

  @Test(arguments: [(300, 131, 213), (128, 784, 64), (1, 2_000, 100), (64, 64, 257)], [4, 40])
  func bitsAreThoseOfADenseProduct(_ shape: (Int, Int, Int), period: Int) {
    let (rows, inner, columns) = shape
    let (left, right) = (
      matrix(rows, inner, every: period, seed: 1), matrix(inner, columns, seed: 2)
    )
    var result = Matrix(rows: rows, columns: columns)
    result.setProduct(left, right)
    #expect(result == inParts(right, { $0.setProduct(left, $1) }, rows: rows))
    var transposed = Matrix()
    transposed.setTransposed(left)
    result.setProduct(transposed: transposed, right)
    #expect(result == inParts(right, { $0.setProduct(transposed: transposed, $1) }, rows: rows))
  }

  /// Elements that meet a zero are not read: even infinity leaves the result finite.
  @Test func zerosAreSkipped() {
    var (left, right) = (matrix(40, 80, every: 5, seed: 3), matrix(80, 64, seed: 4))
    for row in 0..<40 { left[row, 17] = 0 }
    right[17, 3] = .infinity
    var result = Matrix(rows: 40, columns: 64)
    result.setProduct(left, right)
    let isFinite = result.elements.allSatisfy(\.isFinite)
    #expect(isFinite)
  }

  /// NaN reaches the result, so that a network that diverges is noticed.
  @Test func undefinedElementsAreMultiplied() {
    var (left, right) = (matrix(40, 80, every: 5, seed: 3), matrix(80, 64, seed: 4))
    left[7, 17] = .nan
    right[30, 5] = .nan
    left[8, 30] = 1
    var result = Matrix(rows: 40, columns: 64)
    result.setProduct(left, right)
    let isUndefined = (0..<64).allSatisfy { result[7, $0].isNaN }
    #expect(isUndefined)
    #expect(result[8, 5].isNaN)
  }
}

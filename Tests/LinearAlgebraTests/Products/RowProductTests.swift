import LinearAlgebra
import Testing

@Suite("Products of some rows")
struct RowProductTests {
  static let shapes = [(1, 1, 1), (5, 16, 3), (6, 64, 17), (13, 67, 40), (29, 130, 9), (40, 100, 64)]

  @Test(arguments: shapes, [false, true])
  func ofRows(_ shape: (rows: Int, columns: Int, inner: Int), _ isElastic: Bool) {
    var stream = RandomStream(seed: 1, purpose: "row products")
    let a = MatrixTests.random(shape.rows + 3, shape.inner, &stream, isElastic: isElastic)
    let b = MatrixTests.random(shape.inner, shape.columns, &stream, isElastic: isElastic)
    let before = MatrixTests.random(shape.rows + 2, shape.columns, &stream, isElastic: isElastic)
    let product = Reference.product(a, b)
    for adding in [false, true] {
      var result = before
      result.setRows(from: 1, count: shape.rows, toProduct: a, from: 3, b, adding: adding)
      var expected = before
      for row in 0..<shape.rows {
        for column in 0..<shape.columns {
          expected[1 + row, column] = product[3 + row, column] + (adding ? before[1 + row, column] : 0)
        }
      }
      expectClose(result, expected)
    }
  }

  @Test(arguments: shapes, [false, true])
  func transposed(_ shape: (rows: Int, columns: Int, inner: Int), _ isElastic: Bool) {
    var stream = RandomStream(seed: 2, purpose: "row products")
    let a = MatrixTests.random(shape.rows + 3, shape.inner, &stream, isElastic: isElastic)
    let b = MatrixTests.random(shape.rows + 1, shape.columns, &stream, isElastic: isElastic)
    let before = MatrixTests.random(shape.inner, shape.columns, &stream, isElastic: isElastic)
    var result = before
    result.addProduct(transposed: a, from: 3, b, from: 1, count: shape.rows)
    var expected = before
    for i in 0..<shape.inner {
      for j in 0..<shape.columns {
        for row in 0..<shape.rows { expected[i, j] += a[3 + row, i] * b[1 + row, j] }
      }
    }
    expectClose(result, expected)
  }

  /// Nothing outside the rows asked for is touched, and no rows are no work.
  @Test func noRows() {
    var stream = RandomStream(seed: 3, purpose: "row products")
    let a = MatrixTests.random(4, 5, &stream)
    let b = MatrixTests.random(5, 7, &stream)
    let before = MatrixTests.random(4, 7, &stream)
    var result = before
    result.setRows(from: 4, count: 0, toProduct: a, from: 0, b)
    #expect(result == before)
    var transpose = Matrix(isElastic: true)
    transpose.setTransposed(b)
    #expect(transpose == Reference.transpose(b))
  }
}

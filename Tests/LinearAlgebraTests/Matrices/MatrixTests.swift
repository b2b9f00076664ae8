import LinearAlgebra
import Testing

@Suite("Matrices")
struct MatrixTests {
  static func random(_ rows: Int, _ columns: Int, _ stream: inout RandomStream, isElastic: Bool = false)
    -> Matrix
  {
    Matrix(
      rows: rows, columns: columns, (0..<rows * columns).map { _ in Float(stream.normal()) },
      isElastic: isElastic)
  }

  @Test(arguments: [false, true])
  func resizingKeepsWhatLiesInBothShapesAndZeroesTheRest(_ isElastic: Bool) {
    var stream = RandomStream(seed: 1, purpose: "sizes")
    var matrix = Self.random(3, 4, &stream, isElastic: isElastic)
    for _ in 0..<300 {
      let old = matrix
      let (rows, columns) = (stream.below(20), stream.below(120))
      matrix.resize(rows: rows, columns: columns)
      #expect(matrix.rows == rows && matrix.columns == columns && matrix.stride >= columns)
      var isAsDocumented = true
      for row in 0..<rows {
        for column in 0..<columns {
          let expected = row < old.rows && column < old.columns ? old[row, column] : 0
          if matrix[row, column] != expected { isAsDocumented = false }
          matrix[row, column] = Float(stream.normal())
        }
      }
      #expect(isAsDocumented)
    }
  }

  @Test func aDriftingWidthMovesNothing() {
    var matrix = Matrix(rows: 8, columns: 100, isElastic: true)
    let stride = matrix.stride
    for width in [101, 99, 105, 98, 110] {
      matrix.resize(rows: 8, columns: width)
      #expect(matrix.stride == stride)
    }
  }

  @Test func copiesAreIndependent() {
    var original = Matrix(rows: 1, columns: 2, [1, 2])
    let copy = original
    original[0, 0] = 9
    #expect(copy[0, 0] == 1 && original[0, 0] == 9)
    var shaped = original
    shaped.reshape(rows: 2, columns: 2)
    shaped.fill(3)
    #expect(original == Matrix(rows: 1, columns: 2, [9, 2]))
  }

  @Test func productsAgreeWithTheirDefinition() {
    var stream = RandomStream(seed: 2, purpose: "products")
    for _ in 0..<30 {
      let (m, n, k) = (1 + stream.below(9), 1 + stream.below(40), 1 + stream.below(20))
      let a = Self.random(m, k, &stream, isElastic: true)
      let b = Self.random(k, n, &stream, isElastic: true)
      var c = Matrix(rows: m, columns: n, isElastic: true)
      let expected = Reference.product(a, b)
      c.setProduct(a, b)
      expectClose(c, expected)
      c.setProduct(transposed: Reference.transpose(a), b)
      expectClose(c, expected)
      c.setProduct(a, transposed: Reference.transpose(b))
      expectClose(c, expected)
      // In two shares.
      c.fill(0)
      let half = k / 2
      c.addProduct(a, columns: 0..<half, b)
      c.addProduct(a, columns: half..<k, b)
      expectClose(c, expected)
    }
  }
}

func expectClose(_ ours: Matrix, _ theirs: Matrix, _ tolerance: Float = 1e-5) {
  #expect(ours.rows == theirs.rows && ours.columns == theirs.columns)
  let scale = theirs.elements.map(abs).max() ?? 1
  let isClose = zip(ours.elements, theirs.elements).allSatisfy { abs($0 - $1) <= tolerance * max(1, scale) }
  #expect(isClose)
}

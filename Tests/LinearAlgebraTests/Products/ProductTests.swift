import LinearAlgebra
import Testing

/// Products of all orders and sizes, about the edges of vectors, tiles and chunks.
@Suite struct ProductTests {
  private static let extents = [1, 5, 16, 17, 31, 64, 66, 130]

  private func matrix(_ rows: Int, _ columns: Int, isElastic: Bool, _ random: inout RandomStream) -> Matrix {
    var result = Matrix(rows: rows, columns: columns, isElastic: isElastic)
    for row in 0..<rows {
      for column in 0..<columns { result[row, column] = Float(random.normal()) }
    }
    return result
  }

  private func agree(_ result: Matrix, _ expected: (Int, Int) -> Double, inner: Int) -> Bool {
    let bound = 1e-6 * Double(inner + 4)
    for row in 0..<result.rows {
      for column in 0..<result.columns
      where abs(Double(result[row, column]) - expected(row, column)) > bound { return false }
    }
    return true
  }

  private func dot(_ count: Int, _ term: (Int) -> (Float, Float)) -> Double {
    (0..<count).reduce(0.0) { sum, k in
      let (a, b) = term(k)
      return sum + Double(a) * Double(b)
    }
  }

  @Test(arguments: extents, [true, false])
  func allOrdersAgreeWithTheirDefinition(rows: Int, isElastic: Bool) {
    var random = RandomStream(seed: UInt64(rows), purpose: "products")
    for columns in Self.extents {
      for inner in [1, 7, 64, 100] {
        var result = matrix(rows, columns, isElastic: isElastic, &random)
        let a = matrix(rows, inner, isElastic: isElastic, &random)
        let b = matrix(inner, columns, isElastic: isElastic, &random)
        result.setProduct(a, b)
        #expect(
          agree(result, { row, column in dot(inner) { (a[row, $0], b[$0, column]) } }, inner: inner),
          "\(rows) × \(inner) × \(columns)")
        let other = matrix(columns, inner, isElastic: isElastic, &random)
        result.setProduct(a, transposed: other)
        #expect(
          agree(result, { row, column in dot(inner) { (a[row, $0], other[column, $0]) } }, inner: inner),
          "\(rows) × \(inner) × \(columns), b transposed")
        let tall = matrix(inner, rows, isElastic: isElastic, &random)
        result.setProduct(transposed: tall, b)
        #expect(
          agree(result, { row, column in dot(inner) { (tall[$0, row], b[$0, column]) } }, inner: inner),
          "\(rows) × \(inner) × \(columns), a transposed")
      }
    }
  }

  /// More inner indices than are taken at once.
  @Test func longSumsAreTakenInChunks() {
    var random = RandomStream(seed: 3, purpose: "products")
    let inner = 2_500
    let (a, b) = (
      matrix(inner, 7, isElastic: false, &random), matrix(inner, 20, isElastic: true, &random)
    )
    var result = Matrix(rows: 7, columns: 20)
    result.setProduct(transposed: a, b)
    #expect(
      agree(result, { row, column in dot(inner) { (a[$0, row], b[$0, column]) } }, inner: inner))
    var transposed = Matrix()
    transposed.setTransposed(a)
    #expect((transposed.rows, transposed.columns) == (7, inner))
    var same = Matrix(rows: 7, columns: 20)
    same.setProduct(transposed, b)
    #expect(same.elements == result.elements)
  }

  @Test func aSumOfNothingIsZero() {
    var result = Matrix(rows: 2, columns: 3)
    result.fill(5)
    result.setProduct(Matrix(rows: 2, columns: 0), Matrix(rows: 0, columns: 3))
    #expect(result.elements.allSatisfy { $0 == 0 })
  }
}

import Glibc
import LinearAlgebra
import Testing

@Suite("Kernels for packed texts against their plain twins")
struct PackedTextTests {
  /// Attention as the formulas stand.
  struct Plain {
    var heads, size: Int
    /// Columns of a head's values.
    var valueSize: Int
    var isCausal: Bool
    var queryOffsets, keyOffsets: [Int32]

    /// Calls `body` with the text's rows and what each key counts for a query and head.
    func forEachQuery(
      _ query: Matrix, _ keyValue: Matrix, keyColumn: Int,
      _ body: (_ query: Int, _ keys: Range<Int>, _ head: Int, _ weights: [Double]) -> Void
    ) {
      for text in 0..<queryOffsets.count - 1 {
        let keys = Int(keyOffsets[text])..<Int(keyOffsets[text + 1])
        for head in 0..<heads {
          for (place, row) in (Int(queryOffsets[text])..<Int(queryOffsets[text + 1])).enumerated() {
            let seen = isCausal ? keys.prefix(place + 1) : keys
            let scores = seen.map { key in
              (0..<size).reduce(0.0) {
                $0 + Double(query[row, head * size + $1] * keyValue[key, keyColumn + head * size + $1])
              } / Double(size).squareRoot()
            }
            let total = scores.reduce(0) { $0 + exp($1) }
            body(row, seen, head, scores.map { exp($0) / total })
          }
        }
      }
    }

    func forward(_ query: Matrix, _ keyValue: Matrix, keyColumn: Int) -> Matrix {
      var output = Matrix(rows: query.rows, columns: heads * valueSize)
      forEachQuery(query, keyValue, keyColumn: keyColumn) { row, keys, head, weights in
        for (key, weight) in zip(keys, weights) {
          for d in head * valueSize..<(head + 1) * valueSize {
            output[row, d] += Float(weight) * keyValue[key, keyColumn + heads * size + d]
          }
        }
      }
      return output
    }

    func backward(
      _ query: Matrix, _ keyValue: Matrix, keyColumn: Int, gradient: Matrix, queryGradient: inout Matrix,
      keyValueGradient: inout Matrix
    ) {
      let columns = heads * size
      var (toQuery, toKeys) = (queryGradient, keyValueGradient)
      forEachQuery(query, keyValue, keyColumn: keyColumn) { row, keys, head, weights in
        let slopes = keys.map { key in
          (head * valueSize..<(head + 1) * valueSize).reduce(0.0) {
            $0 + Double(gradient[row, $1] * keyValue[key, keyColumn + columns + $1])
          }
        }
        let mean = zip(weights, slopes).reduce(0) { $0 + $1.0 * $1.1 }
        for (index, key) in keys.enumerated() {
          let slope = Float(weights[index] * (slopes[index] - mean) / Double(size).squareRoot())
          for d in head * size..<(head + 1) * size {
            toQuery[row, d] += slope * keyValue[key, keyColumn + d]
            toKeys[key, keyColumn + d] += slope * query[row, d]
          }
          for d in head * valueSize..<(head + 1) * valueSize {
            toKeys[key, keyColumn + columns + d] += Float(weights[index]) * gradient[row, d]
          }
        }
      }
      (queryGradient, keyValueGradient) = (toQuery, toKeys)
    }
  }

  static let lengths: [(queries: [Int32], keys: [Int32])] = [
    ([0, 1], [0, 1]), ([0, 5, 6, 22], [0, 16, 18, 21]), ([0, 19, 52], [0, 33, 71]),
  ]

  @Test(
    arguments: [(1, 3, 3), (2, 16, 16), (4, 32, 32), (3, 20, 20), (1, 50, 50), (2, 16, 5), (3, 4, 33)], 0..<3)
  func crossAttention(_ shape: (heads: Int, size: Int, valueSize: Int), _ index: Int) {
    let (queries, keys) = Self.lengths[index]
    var stream = RandomStream(seed: 4, purpose: "attention")
    let (columns, valueColumns) = (shape.heads * shape.size, shape.heads * shape.valueSize)
    let query = MatrixTests.random(Int(queries.last!), columns, &stream)
    let keyValue = MatrixTests.random(Int(keys.last!), columns + valueColumns, &stream)
    let gradient = MatrixTests.random(Int(queries.last!), valueColumns, &stream)
    let plain = Plain(
      heads: shape.heads, size: shape.size, valueSize: shape.valueSize, isCausal: false,
      queryOffsets: queries, keyOffsets: keys)
    let attention = PackedAttention(
      heads: shape.heads, size: shape.size, valueSize: shape.valueSize, isCausal: false)
    var (output, weights, scratch) = (Matrix(), Matrix(), Matrix())
    let inputs = PackedAttention.Inputs(
      query: PackedAttention.Place(query, offsets: queries),
      key: PackedAttention.Place(keyValue, offsets: keys),
      value: PackedAttention.Place(keyValue, column: columns, offsets: keys))
    attention.forward(inputs, output: &output, weights: &weights, scratch: &scratch)
    expectClose(output, plain.forward(query, keyValue, keyColumn: 0))
    var (toQuery, toKeys) = (query, keyValue)
    withUnsafeMutablePointer(to: &toQuery) { toQuery in
      withUnsafeMutablePointer(to: &toKeys) { toKeys in
        attention.backward(
          inputs, gradient: gradient, weights: weights,
          to: PackedAttention.Gradients(query: toQuery, key: toKeys, value: toKeys), scratch: &scratch)
      }
    }
    var expectedQuery = Matrix(rows: query.rows, columns: query.columns)
    var expectedKeys = Matrix(rows: keyValue.rows, columns: keyValue.columns)
    plain.backward(
      query, keyValue, keyColumn: 0, gradient: gradient, queryGradient: &expectedQuery,
      keyValueGradient: &expectedKeys)
    expectClose(toQuery, expectedQuery)
    expectClose(toKeys, expectedKeys)
  }

  @Test(arguments: [false, true], 0..<3)
  func selfAttentionWithEverythingInOneMatrix(_ isCausal: Bool, _ index: Int) {
    let offsets = Self.lengths[index].keys
    var stream = RandomStream(seed: 5, purpose: "attention")
    let rows = Int(offsets.last!)
    let all = MatrixTests.random(rows, 3 * 24, &stream)
    let gradient = MatrixTests.random(rows, 24, &stream)
    let plain = Plain(
      heads: 2, size: 12, valueSize: 12, isCausal: isCausal, queryOffsets: offsets, keyOffsets: offsets)
    let attention = PackedAttention(heads: 2, size: 12, isCausal: isCausal)
    var (output, weights, scratch) = (Matrix(), Matrix(), Matrix())
    let places = [0, 24, 48].map { PackedAttention.Place(all, column: $0, offsets: offsets) }
    let inputs = PackedAttention.Inputs(query: places[0], key: places[1], value: places[2])
    attention.forward(inputs, output: &output, weights: &weights, scratch: &scratch)
    expectClose(output, plain.forward(all, all, keyColumn: 24))
    var found = all
    withUnsafeMutablePointer(to: &found) {
      attention.backward(
        inputs, gradient: gradient, weights: weights,
        to: PackedAttention.Gradients(query: $0, key: $0, value: $0), scratch: &scratch)
    }
    var toQuery = Matrix(rows: rows, columns: 72)
    var toKeys = toQuery
    plain.backward(
      all, all, keyColumn: 24, gradient: gradient, queryGradient: &toQuery, keyValueGradient: &toKeys)
    for row in 0..<rows { for column in 0..<24 { toKeys[row, column] = toQuery[row, column] } }
    expectClose(found, toKeys)
  }

  @Test(arguments: [1, 16, 37, 128])
  func layerNorm(_ columns: Int) {
    var stream = RandomStream(seed: 6, purpose: "norm")
    let (rows, n) = (9, Double(columns))
    var input = MatrixTests.random(rows, columns, &stream)
    for column in 0..<columns { input[0, column] += 1_000 }
    let gain = MatrixTests.random(1, columns, &stream)
    let bias = MatrixTests.random(1, columns, &stream)
    let gradient = MatrixTests.random(rows, columns, &stream)
    var (expected, expectedGradient) = (input, input)
    var (gainExpected, biasExpected) = (
      Matrix(rows: 1, columns: columns), Matrix(rows: 1, columns: columns)
    )
    for row in 0..<rows {
      let x = (0..<columns).map { Double(input[row, $0]) }
      let mean = x.reduce(0, +) / n
      let inverse = 1 / (x.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / n + 1e-5).squareRoot()
      let z = x.map { ($0 - mean) * inverse }
      let slopes = (0..<columns).map { Double(gradient[row, $0] * gain[0, $0]) }
      let (sum, dot) = (slopes.reduce(0, +) / n, zip(slopes, z).reduce(0) { $0 + $1.0 * $1.1 } / n)
      for column in 0..<columns {
        expected[row, column] = Float(z[column]) * gain[0, column] + bias[0, column]
        expectedGradient[row, column] = Float((slopes[column] - sum - z[column] * dot) * inverse)
        gainExpected[0, column] += gradient[row, column] * Float(z[column])
        biasExpected[0, column] += gradient[row, column]
      }
    }
    var (output, statistics, inputGradient) = (Matrix(), Matrix(), Matrix())
    output.setLayerNorm(input, gain: gain, bias: bias, statistics: &statistics)
    expectClose(output, expected, 1e-3)
    var (gainGradient, biasGradient) = (gain, bias)
    gradient.layerNormBackward(
      input, gain: gain, statistics: statistics, inputGradient: &inputGradient, gainGradient: &gainGradient,
      biasGradient: &biasGradient)
    if columns > 1 { expectClose(inputGradient, expectedGradient, 1e-3) }
    expectClose(gainGradient, gainExpected, 1e-3)
    expectClose(biasGradient, biasExpected)
  }

  @Test func embeddings() {
    var stream = RandomStream(seed: 7, purpose: "embeddings")
    let table = MatrixTests.random(5, 18, &stream)
    let positions = MatrixTests.random(3, 18, &stream)
    let gradient = MatrixTests.random(4, 18, &stream)
    let (tokens, places): ([Int32], [Int]) = ([4, 0, 4, 1], [0, 1, 2, 0])
    var output = Matrix()
    output.setEmbeddings(of: tokens, offsets: [0, 3, 4], table: table, scale: 3, positions: positions)
    var expected = gradient
    var (toTable, expectedTable) = (
      MatrixTests.random(5, 18, &stream), Matrix(rows: 5, columns: 18)
    )
    expectedTable = toTable
    for row in 0..<4 {
      let (token, place) = (Int(tokens[row]), places[row])
      for column in 0..<18 {
        expected[row, column] = 3 * table[token, column] + positions[place, column]
        expectedTable[token, column] += 3 * gradient[row, column]
      }
    }
    expectClose(output, expected)
    toTable.addEmbeddingGradients(of: tokens, scale: 3, gradient)
    expectClose(toTable, expectedTable)
  }

  @Test(arguments: [2, 16, 100, 1_003], [Float(0), 0.1])
  func smoothedCrossEntropy(_ classes: Int, _ smoothing: Float) {
    var stream = RandomStream(seed: 11, purpose: "logits")
    var logits = MatrixTests.random(7, classes, &stream)
    for row in 0..<7 { for column in 0..<classes { logits[row, column] *= 6 } }
    let labels = (0..<7).map { _ in Int32(stream.below(classes)) }
    var (gradient, expectedGradient, expected) = (logits, logits, 0.0)
    for row in 0..<7 {
      let z = (0..<classes).map { Double(logits[row, $0]) }
      let total = z.reduce(0) { $0 + exp($1) }
      for column in 0..<classes {
        let hit = column == Int(labels[row]) ? 1 - Double(smoothing) : 0
        let wanted = hit + Double(smoothing) / Double(classes)
        expected -= wanted * (z[column] - log(total))
        expectedGradient[row, column] = Float(0.5 * (exp(z[column]) / total - wanted))
      }
    }
    let loss = logits.crossEntropy(labels, share: 0.5, smoothing: smoothing, gradient: &gradient)
    #expect(abs(loss - expected) < 1e-5 * (1 + expected))
    expectClose(gradient, expectedGradient)
    #expect(logits.crossEntropy(labels, smoothing: smoothing) == loss)
  }
}

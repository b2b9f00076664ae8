import LinearAlgebra
import Testing

/// Fits by the first inputs, against plain elimination on the same rows.
struct PrefixRegressionTests {
  private let inputs: Matrix
  private let targets: Matrix
  private let moments: RegressionMoments

  /// 200 rows of 12 correlated inputs far from zero, and 3 targets that depend on some of them.
  init() {
    var random = RandomStream(seed: 3, purpose: "regression")
    var (h, z) = (Matrix(rows: 200, columns: 12), Matrix(rows: 200, columns: 3))
    for row in 0..<200 {
      let common = random.normal()
      for column in 0..<12 { h[row, column] = Float(5 + common + 0.5 * random.normal()) }
      for target in 0..<3 {
        z[row, target] =
          h[row, 7] * Float(target + 1) - 2 * h[row, 2 + target] + Float(0.1 * random.normal()) - 4
      }
    }
    (inputs, targets) = (h, z)
    var moments = RegressionMoments(inputs: 12, targets: 3)
    // In parts of different sizes, the first of which gives the origin.
    for range in [0..<30, 30..<31, 31..<200] { moments.add(h.rows(range), z.rows(range)) }
    self.moments = moments
  }

  @Test func everyPrefixIsThePlainLeastSquaresFit() {
    let regression = PrefixRegression(moments)
    for count in 0...12 {
      let (weights, bias) = regression.fit(first: count)
      let reference = plainFit(Array(0..<count))
      for target in 0..<3 {
        #expect(abs(Double(bias[0, target]) - reference[count][target]) < 1e-3)
        for n in 0..<count {
          #expect(abs(Double(weights[n, target]) - reference[n][target]) < 1e-3, "\(n) of \(count)")
        }
      }
    }
  }

  /// A canceled measurement has no rows: its fit is 0, of the right shape.
  @Test func aFitOfNoRowsIsZero() {
    let moments = RegressionMoments(inputs: 5, targets: 2)
    for regression in [PrefixRegression(moments), PrefixRegression(bestOrderOf: moments)] {
      let (weights, bias) = regression.fit(first: 3)
      #expect((weights.rows, weights.columns, bias.columns) == (3, 2, 2))
      #expect(weights.elements.allSatisfy { $0 == 0 } && bias.elements == [0, 0])
      #expect(regression.whitenedWeights.weights.rows == 5 && regression.whitenedWeights.bias.columns == 2)
    }
  }

  /// Inputs of three columns each: the fits are those of the first columns.
  @Test func groupsAreFittedTogether() {
    let (single, grouped) = (PrefixRegression(moments), PrefixRegression(moments, group: 3))
    #expect(grouped.inputs == 4 && grouped.used == 4 && grouped.explainedVariances.count == 4)
    for count in 0...4 {
      let (a, b) = (single.fit(first: 3 * count), grouped.fit(first: count))
      #expect(a.weights == b.weights && a.bias == b.bias)
    }
    #expect(abs(grouped.explainedVariances.reduce(0, +) - single.explainedVariances.reduce(0, +)) < 1e-9)
  }

  /// The first group is the one whose columns explain most together; all groups explain what all columns do.
  @Test func theBestOrderOfGroupsBeginsWithTheOneThatExplainsMost() {
    let best = PrefixRegression(bestOrderOf: moments, group: 3)
    #expect(Set(best.order) == Set(0..<4) && best.used == 4)
    let alone = (0..<4).map { group in
      var moments = RegressionMoments(inputs: 3, targets: 3)
      var part = Matrix(rows: inputs.rows, columns: 3)
      part.assign(columnsFrom: 3 * group, of: inputs)
      moments.add(part, targets)
      return PrefixRegression(moments).explainedVariances.reduce(0, +)
    }
    #expect(best.order[0] == alone.indices.max { alone[$0] < alone[$1] })
    #expect(abs(best.explainedVariances[0] - (alone.max() ?? 0)) < 1e-3 * best.explainedVariances[0])
    let all = PrefixRegression(moments).explainedVariances.reduce(0, +)
    #expect(abs(best.explainedVariances.reduce(0, +) - all) < 1e-3 * all)
    let (weights, bias) = best.fit(first: 4)
    let (plain, other) = PrefixRegression(moments).fit(first: 12)
    for (place, group) in best.order.enumerated() {
      for column in 0..<3 {
        for target in 0..<3 {
          #expect(abs(weights[3 * place + column, target] - plain[3 * group + column, target]) < 2e-3)
        }
      }
    }
    for target in 0..<3 { #expect(abs(bias[0, target] - other[0, target]) < 5e-3) }
  }

  /// Mean and variance of what the weights make of the rows.
  @Test func momentsAreThoseOfTheFit() {
    let regression = PrefixRegression(moments)
    for count in [1, 5, 12] {
      let (weights, bias) = regression.fit(first: count)
      let (means, variances) = regression.moments(first: count, bias: bias)
      for target in 0..<3 {
        let sums = (0..<inputs.rows).map { row in
          (0..<count).reduce(0.0) { $0 + Double(inputs[row, $1]) * Double(weights[$1, target]) }
        }
        let mean = sums.reduce(0, +) / Double(sums.count)
        let variance = sums.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(sums.count)
        #expect(abs(Double(means[0, target]) - mean) < 1e-3 * max(1, abs(mean)))
        #expect(abs(Double(variances[0, target]) - variance) < 1e-3 * max(1, variance))
      }
    }
  }

  @Test func theRunningSumIsTheFitOnRowsItHasNotSeen() {
    var random = RandomStream(seed: 4, purpose: "fresh rows")
    var fresh = Matrix(rows: 9, columns: 12)
    for row in 0..<9 { for column in 0..<12 { fresh[row, column] = Float(5 + 2 * random.normal()) } }
    for regression in [PrefixRegression(moments), PrefixRegression(bestOrderOf: moments)] {
      let (whitened, (y, mean)) = (regression.whitened(fresh), regression.whitenedWeights)
      for count in 1...12 {
        let (weights, bias) = regression.fit(first: count)
        for row in 0..<9 {
          for target in 0..<3 {
            var (sum, fit) = (mean[0, target], bias[0, target])
            for n in 0..<count {
              sum += whitened[row, n] * y[n, target]
              fit += fresh[row, regression.order[n]] * weights[n, target]
            }
            #expect(abs(sum - fit) < 2e-3)
          }
        }
      }
    }
  }

  @Test func theBestOrderTakesWhatExplainsMostOfTheRest() {
    let regression = PrefixRegression(bestOrderOf: moments)
    #expect(Set(regression.order) == Set(0..<12))
    var taken: [Int] = []
    for next in regression.order.prefix(5) {
      let choices = (0..<12).filter { !taken.contains($0) }.map { ($0, explained(taken + [$0])) }
      let best = choices.max { $0.1 < $1.1 }
      #expect(best?.0 == next)
      taken.append(next)
    }
    // What is gained is what the sum of squares of the fit grows by.
    for count in 1...5 {
      let sum = regression.explainedVariances.prefix(count).reduce(0, +)
      #expect(abs(sum - explained(Array(regression.order.prefix(count)))) < 1e-3 * sum)
    }
  }

  @Test func aCopyOfAnInputExplainsNothing() {
    var copied = Matrix(rows: 200, columns: 13)
    for row in 0..<200 {
      for column in 0..<12 { copied[row, column] = inputs[row, column] }
      copied[row, 12] = 3 * inputs[row, 7] + 1
    }
    var moments = RegressionMoments(inputs: 13, targets: 3)
    moments.add(copied, targets)
    let explained = PrefixRegression(moments).explainedVariances
    #expect(explained[12] < 1e-4 * explained[7])
  }

  @Test func constantInputsAreLeftOutAndHarmNothing() {
    var padded = Matrix(rows: 200, columns: 14)
    for row in 0..<200 {
      padded[row, 0] = 7
      for column in 0..<12 { padded[row, column + 1] = inputs[row, column] }
    }
    var moments = RegressionMoments(inputs: 14, targets: 3)
    moments.add(padded, targets)
    let best = PrefixRegression(bestOrderOf: moments)
    #expect(best.used == 12 && best.order.suffix(2) == [0, 13])
    #expect(best.explainedVariances.suffix(2) == [0, 0] && best.fit(first: 14).weights[13, 0] == 0)
    let (weights, bias) = PrefixRegression(moments).fit(first: 14)
    #expect(weights[0, 0] == 0 && weights[13, 2] == 0)
    let areFinite = (weights.elements + bias.elements).allSatisfy(\.isFinite)
    #expect(areFinite)
  }

  @Test func theSelectionEndsWhereItIsToldTo() {
    #expect(PrefixRegression(bestOrderOf: moments, count: 4).used == 4)
    let six = PrefixRegression(bestOrderOf: moments) { $0.count == 6 }
    #expect(six.used == 6)
    let sample = RegressionSample(moments, ridge: .default, group: 1)
    #expect(PrefixRegression.inBestOrder([sample]) { $0.count == 6 }.map(\.used) == [6])
    let all = PrefixRegression(bestOrderOf: moments)
    #expect(all.order.prefix(4) == PrefixRegression(bestOrderOf: moments, count: 4).order.prefix(4))
  }

  @Test func numbersThatAreNotFiniteGiveTheMean() {
    var (broken, moments) = (inputs, RegressionMoments(inputs: 12, targets: 3))
    broken[3, 4] = .infinity
    moments.add(broken, targets)
    let regression = PrefixRegression(moments)
    #expect(regression.used == 0 && regression.order == Array(0..<12))
  }

  /// As a task that was canceled leaves it.
  @Test func withoutRowsNothingIsUsed() {
    let moments = RegressionMoments(inputs: 12, targets: 3)
    for regression in [PrefixRegression(moments), PrefixRegression(bestOrderOf: moments)] {
      #expect(regression.used == 0 && regression.explainedVariances == [Double](repeating: 0, count: 12))
      #expect(regression.fit(first: 4).weights == Matrix(rows: 4, columns: 3))
      #expect(regression.whitenedWeights.bias == Matrix(rows: 1, columns: 3))
    }
  }

  // MARK: Reference

  /// Weights of some inputs, a row each, then the bias: normal equations of centered rows, by elimination.
  private func plainFit(_ chosen: [Int]) -> [[Double]] {
    func mean(_ matrix: Matrix, _ column: Int) -> Double {
      (0..<200).reduce(0) { $0 + Double(matrix[$1, column]) } / 200
    }
    let means = chosen.map { mean(inputs, $0) }
    let targetMeans = (0..<3).map { mean(targets, $0) }
    func input(_ row: Int, _ n: Int) -> Double { Double(inputs[row, chosen[n]]) - means[n] }
    var system = chosen.indices.map { n in
      chosen.indices.map { m in (0..<200).reduce(0) { $0 + input($1, n) * input($1, m) } }
        + (0..<3).map { target in
          (0..<200).reduce(0) { $0 + input($1, n) * (Double(targets[$1, target]) - targetMeans[target]) }
        }
    }
    for n in system.indices {
      for m in system.indices where m != n {
        let factor = system[m][n] / system[n][n]
        for column in system[n].indices { system[m][column] -= factor * system[n][column] }
      }
    }
    let weights = system.indices.map { n in
      (0..<3).map { system[n][chosen.count + $0] / system[n][n] }
    }
    let bias = (0..<3).map { target in
      targetMeans[target] - zip(means, weights).reduce(0) { $0 + $1.0 * $1.1[target] }
    }
    return weights + [bias]
  }

  /// Σ over targets of the variance that some inputs explain.
  private func explained(_ chosen: [Int]) -> Double {
    let fit = plainFit(chosen)
    return (0..<3).reduce(0.0) { total, target in
      let values = (0..<200).map { row in
        chosen.indices.reduce(0) { $0 + Double(inputs[row, chosen[$1]]) * fit[$1][target] }
      }
      let mean = values.reduce(0, +) / 200
      return total + values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 200
    }
  }
}

extension Matrix {
  fileprivate func rows(_ range: Range<Int>) -> Matrix {
    var part = Matrix(rows: range.count, columns: columns)
    for row in range {
      for column in 0..<columns { part[row - range.lowerBound, column] = self[row, column] }
    }
    return part
  }
}

import Experiment
import LinearAlgebra

/// The split of rows into training, validation (the live metric) and test rows (the final metric): ascending row
/// indices.
package struct Split: Equatable {
  package var training: [Int32] = []
  package var validation: [Int32] = []
  package var test: [Int32] = []

  private init() {}

  /// Divides rows at random, with the same fraction of every class as far as whole rows allow (largest
  /// remainders), leaving each class a training row.
  ///
  /// Test rows depend on the classes, the test fraction and the seed alone: the validation fraction does not
  /// move them.
  ///
  /// - Parameters:
  ///   - classes: of each row; for regression all the same.
  ///   - fold: which part of all rows but the test rows is held out, instead of the validation fraction. The parts
  ///     of one seed have no row in common.
  /// - Throws: `tooFewRows`, without a place, if a fraction above 0 or the fold would get no row.
  package init(
    classes: [Int32], validation: Double, test: Double, fold: Fold? = nil, seed: UInt64
  ) throws(DataError) {
    var strata: [[Int32]] = []
    for (row, label) in classes.enumerated() {
      while strata.count <= label { strata.append([]) }
      strata[Int(label)].append(Int32(row))
    }
    var stream = RandomStream(seed: seed, purpose: "split")
    for index in strata.indices { stream.shuffle(&strata[index]) }

    let sizes = strata.map(\.count)
    let spare = sizes.map { max($0 - 1, 0) }
    // One spare row is left for validation, whether it is wanted or not: it may not move the test rows.
    let maxForTest = max(1, spare.reduce(0, +) - 1)
    let forTest = Self.shares(of: test, sizes: sizes, limits: spare, atMost: maxForTest)
    let forValidation = Self.shares(
      of: validation, sizes: sizes, limits: zip(spare, forTest).map { $0 - $1 }, atMost: .max)
    var dealt = 0
    for (index, rows) in strata.enumerated() {
      self.test += rows[..<forTest[index]]
      if let fold {
        deal(rows[forTest[index]...], fold, &dealt)
      } else {
        let held = forTest[index] + forValidation[index]
        self.validation += rows[forTest[index]..<held]
        training += rows[held...]
      }
    }
    let lacksValidation = fold.map { dealt < $0.count } ?? (self.validation.isEmpty && validation > 0)
    if self.test.isEmpty && test > 0 || lacksValidation || training.count < 2 {
      let needed =
        max(sizes.count { $0 > 0 }, fold?.count ?? 2) + (test > 0 ? 1 : 0) + (validation > 0 ? 1 : 0)
      throw DataError(.rows(.tooFewRows(found: classes.count, needed: max(needed, classes.count + 1))))
    }
    training.sort()
    self.validation.sort()
    self.test.sort()
  }

  /// The split of what the indices of its rows stand for.
  func mapped(_ row: (Int32) -> Int32) -> Split {
    var result = Split()
    result.training = training.map(row)
    result.validation = validation.map(row)
    result.test = test.map(row)
    return result
  }

  /// Deals the shuffled rows of a class to the folds in turn, going on where the class before ended; an only row
  /// stays in training.
  private mutating func deal(_ rows: ArraySlice<Int32>, _ fold: Fold, _ dealt: inout Int) {
    guard rows.count > 1 else { return training += rows }
    for row in rows {
      if dealt % fold.count == fold.index - 1 { validation.append(row) } else { training.append(row) }
      dealt += 1
    }
  }

  /// Whole numbers near `fraction · sizes`, at most the limits, whose sum is nearest to `fraction` of all, at
  /// least 1 if the fraction is not 0, and at most `most`.
  private static func shares(
    of fraction: Double, sizes: [Int], limits: [Int], atMost most: Int
  ) -> [Int] {
    guard fraction > 0 else { return sizes.map { _ in 0 } }
    let total = min(max(1, Int((fraction * Double(sizes.reduce(0, +))).rounded())), most)
    let exact = sizes.map { fraction * Double($0) }
    var shares = zip(exact, limits).map { min(Int($0), $1) }
    let byRemainder = sizes.indices.sorted {
      let (first, second) = (exact[$0] - exact[$0].rounded(.down), exact[$1] - exact[$1].rounded(.down))
      return (first, limits[$0], $1) > (second, limits[$1], $0)
    }
    var missing = total - shares.reduce(0, +)
    for index in byRemainder.reversed() where missing < 0 && shares[index] > 0 {
      shares[index] -= 1
      missing += 1
    }
    while missing > 0 {
      let before = missing
      for index in byRemainder where missing > 0 && shares[index] < limits[index] {
        shares[index] += 1
        missing -= 1
      }
      if missing == before { break }
    }
    return shares
  }
}

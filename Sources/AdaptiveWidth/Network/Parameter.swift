import LinearAlgebra

/// A parameter matrix together with the optimizer's moments, so that an edit of one edits all of them.
public struct Parameter: Sendable {
  public var value: Matrix
  /// Adam's first moment, or the velocity of SGD. Of the value's shape, or empty in a copy for inference.
  public var first: Matrix
  /// Adam's second moment. Of the value's shape, or empty in a copy for inference.
  public var second: Matrix

  /// A value with moments of zero.
  public init(_ value: Matrix) {
    self.value = value
    first = Matrix(rows: value.rows, columns: value.columns, isElastic: value.isElastic)
    second = first
  }

  /// Keeps what lies in both shapes; new values and moments are zero.
  mutating func resize(rows: Int, columns: Int) {
    let hadMoments = hasMoments
    value.resize(rows: rows, columns: columns)
    guard hadMoments else { return }
    first.resize(rows: rows, columns: columns)
    second.resize(rows: rows, columns: columns)
  }

  /// Another value, of another shape if need be, with moments of zero if there were any.
  mutating func replace(by other: Matrix) {
    let hadMoments = hasMoments
    value.reshape(rows: other.rows, columns: other.columns)
    value.assign(other)
    guard hadMoments else { return }
    first.reshape(like: value)
    second.reshape(like: value)
    forgetMoments()
  }

  /// Sets the moments to zero, if there are any.
  mutating func forgetMoments() {
    guard hasMoments else { return }
    first.fill(0)
    second.fill(0)
  }

  /// Column `order[n]` becomes the n-th.
  mutating func permute(columns order: [Int]) {
    let hadMoments = hasMoments
    value.gather(columns: order, from: value)
    guard hadMoments else { return }
    first.gather(columns: order, from: first)
    second.gather(columns: order, from: second)
  }

  /// Row `order[n]` becomes the n-th.
  mutating func permute(rows order: [Int]) {
    let hadMoments = hasMoments
    value.permute(rows: order)
    guard hadMoments else { return }
    first.permute(rows: order)
    second.permute(rows: order)
  }

  /// Keeps the first rows of each of `groups` groups of as many rows; new values and moments are zero.
  mutating func regroup(_ groups: Int, from old: Int, to new: Int) {
    let hadMoments = hasMoments
    value = value.regrouped(groups, from: old, to: new)
    guard hadMoments else { return }
    first = first.regrouped(groups, from: old, to: new)
    second = second.regrouped(groups, from: old, to: new)
  }

  /// The same with columns in place of rows.
  mutating func regroup(columns groups: Int, from old: Int, to new: Int) {
    let hadMoments = hasMoments
    value = value.regrouped(columns: groups, from: old, to: new)
    guard hadMoments else { return }
    first = first.regrouped(columns: groups, from: old, to: new)
    second = second.regrouped(columns: groups, from: old, to: new)
  }

  /// Multiplies a row by a factor. The gradients of the scaled weights are 1/factor as large, so the moments, if there
  /// are any, are divided.
  mutating func scale(row: Int, by factor: Float) {
    for column in 0..<value.columns { value[row, column] *= factor }
    guard hasMoments else { return }
    for column in 0..<value.columns {
      first[row, column] /= factor
      second[row, column] /= factor * factor
    }
  }

  /// Multiplies each column by a factor; the moments, if there are any, are divided.
  mutating func scale(columns factors: [Float]) {
    precondition(factors.count == value.columns, "a factor for each column")
    let hadMoments = hasMoments
    for row in 0..<value.rows {
      for (column, factor) in factors.enumerated() {
        value[row, column] *= factor
        guard hadMoments else { continue }
        first[row, column] /= factor
        second[row, column] /= factor * factor
      }
    }
  }

  var hasMoments: Bool { first.rows == value.rows && first.columns == value.columns }

  /// The value alone, for a copy that is not trained.
  var withoutMoments: Parameter {
    var copy = self
    copy.first = Matrix()
    copy.second = Matrix()
    return copy
  }
}

extension Matrix {
  /// The first rows of each of `groups` groups of `old` rows, in groups of `new` rows; new elements are zero.
  fileprivate func regrouped(_ groups: Int, from old: Int, to new: Int) -> Matrix {
    precondition(rows == groups * old, "groups of as many rows")
    var result = Matrix(rows: groups * new, columns: columns, isElastic: isElastic)
    for group in 0..<groups {
      result.copyRows(from: group * new, count: min(old, new), of: self, from: group * old)
    }
    return result
  }

  /// The first columns of each of `groups` groups of `old` columns, in groups of `new` columns; new elements are zero.
  fileprivate func regrouped(columns groups: Int, from old: Int, to new: Int) -> Matrix {
    precondition(columns == groups * old, "groups of as many columns")
    var result = Matrix(rows: rows, columns: groups * new, isElastic: isElastic)
    let (target, step) = (result.mutableBase, result.stride)
    for row in 0..<rows {
      for group in 0..<groups {
        (target + row * step + group * new).update(
          from: base + row * stride + group * old, count: min(old, new))
      }
    }
    return result
  }
}

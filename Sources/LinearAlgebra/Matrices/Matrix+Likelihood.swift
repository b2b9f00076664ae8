import CKernels

extension Matrix {
  /// Σ_r −log softmax(self[r])[label_r], of logits [rows, classes]; with a smoothing ε, the cross-entropy to the
  /// distribution that gives the label 1 − ε and shares ε among all classes.
  ///
  /// - Parameter gradient: becomes `share` · (softmax − that distribution), same shape.
  public func crossEntropy(
    _ labels: [Int32], share: Float, smoothing: Float = 0, gradient: inout Matrix
  ) -> Double {
    precondition(gradient.rows == rows && gradient.columns == columns, "shapes do not fit")
    return crossEntropy(labels, share, smoothing, gradient.mutableBase, gradient.stride)
  }

  public func crossEntropy(_ labels: [Int32], smoothing: Float = 0) -> Double {
    crossEntropy(labels, 1, smoothing, nil, 0)
  }

  /// Σ_r w[label_r] · crossEntropy(row r): each row counts as much as the weight of its class.
  ///
  /// - Parameters:
  ///   - weights: w, one for each column.
  ///   - gradient: becomes `share` · w[label_r] · (softmax − the distribution of the label), same shape.
  public func crossEntropy(
    _ labels: [Int32], weights: [Float], share: Float, smoothing: Float = 0, gradient: inout Matrix
  ) -> Double {
    precondition(
      gradient.rows == rows && gradient.columns == columns && weights.count == columns, "shapes do not fit")
    precondition(smoothing >= 0 && smoothing < 1, "a label keeps some of its probability")
    checkLabels(labels)
    let target = gradient.mutableBase
    var sum = 0.0
    for row in 0..<rows {
      let weight = weights[Int(labels[row])]
      var label = labels[row]
      let loss = awn_smoothed_cross_entropy(
        1, columns, base + row * stride, stride, &label, smoothing, share * weight,
        target + row * gradient.stride, gradient.stride)
      sum += Double(weight) * loss
    }
    return sum
  }

  /// The number of classes from which one row at a time is faster than sixteen rows side by side.
  private static let manyClasses = 64

  private func crossEntropy(
    _ labels: [Int32], _ share: Float, _ smoothing: Float, _ gradient: UnsafeMutablePointer<Float>?,
    _ gradientStride: Int
  ) -> Double {
    precondition(smoothing >= 0 && smoothing < 1, "a label keeps some of its probability")
    checkLabels(labels)
    if smoothing > 0 || columns >= Self.manyClasses {
      return awn_smoothed_cross_entropy(
        rows, columns, base, stride, labels, smoothing, share, gradient, gradientStride)
    }
    return awn_cross_entropy(rows, columns, base, stride, labels, share, gradient, gradientStride)
  }

  /// Blends the gradient of a likelihood with that of T² times the cross-entropy to a teacher's softened outputs:
  /// gradient ← (1 − weight) · gradient + weight · share · T · (softmax(self / T) − softmax(teacher / T)).
  ///
  /// Shapes: all [rows, classes]. Two exponentials a logit and network.
  public func distill(
    from teacher: Matrix, weight: Float, temperature: Float, share: Float, gradient: inout Matrix
  ) {
    precondition(
      teacher.rows == rows && teacher.columns == columns && gradient.rows == rows
        && gradient.columns == columns, "shapes do not fit")
    precondition(temperature > 0 && (0...1).contains(weight), "a temperature is positive, a weight at most 1")
    awn_distill(
      rows, columns, base, stride, teacher.base, teacher.stride, 1 / temperature, 1 - weight,
      weight * share * temperature, gradient.mutableBase, gradient.stride)
  }

  /// Rows whose label has the largest logit, the first of equals.
  public func correctRows(_ labels: [Int32]) -> Int {
    checkLabels(labels)
    return labels.withUnsafeBufferPointer { awn_count_correct(rows, columns, base, stride, $0.baseAddress) }
  }

  /// Adds, for every number of neurons kept, 1 … columns, the summed negative log-likelihood of an affine layer that
  /// reads the first columns of self, and the number of rows that it classifies correctly, to `losses` and `correct`,
  /// one element per column.
  ///
  /// Shapes: self [rows, neurons], weights [neurons, classes], bias [1, classes]; at most `prefixClasses` classes.
  /// A multiply-add and an exponential for each row, neuron and class.
  public func addPrefixLikelihoods(
    _ weights: Matrix, bias: Matrix, _ labels: [Int32], losses: inout [Double], correct: inout [Int64]
  ) {
    precondition(
      weights.rows == columns && bias.columns == weights.columns && labels.count >= rows
        && losses.count == columns && correct.count == columns && weights.columns <= Self.prefixClasses,
      "shapes do not fit")
    awn_prefix_likelihoods(
      rows, columns, weights.columns, base, stride, weights.base, weights.stride, bias.base, labels, &losses,
      &correct)
  }

  public static var prefixClasses: Int { Int(AWN_PREFIX_CLASSES) }

  private func checkLabels(_ labels: [Int32]) {
    precondition(labels.count >= rows && columns > 0, "a label for each row")
    precondition(awn_are_labels(rows, labels, Int32(columns)) != 0, "a label is the index of an output")
  }
}

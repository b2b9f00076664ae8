import LinearAlgebra

extension Recurrence {
  /// A step of a batch of sequences, of which the longest come first.
  struct Step {
    /// The first of the rows of this step.
    let start: Int
    /// The first of the rows of the step before; `nil` at the first step.
    let previous: Int?
    /// Sequences that last at least as long.
    let count: Int
    /// The sequences that end with this step.
    let ending: Range<Int>
    /// The sequences whose gradient reaches back to this step.
    let reached: Range<Int>

    /// - Parameters:
    ///   - active: how many sequences last to each step.
    ///   - reach: how many of its last steps the gradient of a sequence reaches; `nil`: all.
    init(_ time: Int, start: Int, _ active: [Int32], reach: Int? = nil) {
      func lasting(_ steps: Int?) -> Int {
        steps.map { time + $0 < active.count ? Int(active[time + $0]) : 0 } ?? 0
      }
      self.start = start
      previous = time > 0 ? start - Int(active[time - 1]) : nil
      count = Int(active[time])
      ending = lasting(1)..<count
      reached = lasting(reach)..<count
    }
  }
}

extension Recurrence {
  /// The scratch matrices, by name.
  struct Scratch {
    static let (states, neurons, hiddenWeights, hiddenBias, outputBias, foldedGradient) = (0, 1, 2, 3, 4, 5)
    static let lastImportances = 14
    static let count = 15

    private let base: UnsafeMutablePointer<Matrix>

    init(_ base: UnsafeMutablePointer<Matrix>) { self.base = base }

    /// h, [steps of all sequences, H]
    var states: Matrix {
      get { base[Self.states] }
      nonmutating _modify { yield &base[Self.states] }
    }
    /// φ(h W₁ + b₁), [steps of all sequences, width]
    var neurons: Matrix {
      get { base[Self.neurons] }
      nonmutating _modify { yield &base[Self.neurons] }
    }
    /// Gradients of W₁, b₁, b₂ and V.
    var hiddenWeights: Matrix {
      get { base[2] }
      nonmutating _modify { yield &base[2] }
    }
    var hiddenBias: Matrix {
      get { base[3] }
      nonmutating _modify { yield &base[3] }
    }
    var outputBias: Matrix {
      get { base[4] }
      nonmutating _modify { yield &base[4] }
    }
    var foldedGradient: Matrix {
      get { base[5] }
      nonmutating _modify { yield &base[5] }
    }
    /// V, [width, H]
    var folded: Matrix {
      get { base[6] }
      nonmutating _modify { yield &base[6] }
    }
    /// Vᵀ, [H, width], and W₁ᵀ, [width, H]
    var foldedTransposed: Matrix {
      get { base[7] }
      nonmutating _modify { yield &base[7] }
    }
    var hiddenTransposed: Matrix {
      get { base[8] }
      nonmutating _modify { yield &base[8] }
    }
    /// ∂L/∂h_t, then ∂L/∂u_t, [sequences, H]
    var stateGradient: Matrix {
      get { base[9] }
      nonmutating _modify { yield &base[9] }
    }
    /// ∂L/∂φ, then ∂L/∂(h W₁ + b₁), [sequences, width]
    var neuronGradient: Matrix {
      get { base[10] }
      nonmutating _modify { yield &base[10] }
    }
    /// Sums of the two over the rows of a step.
    var stateSum: Matrix {
      get { base[11] }
      nonmutating _modify { yield &base[11] }
    }
    var neuronSum: Matrix {
      get { base[12] }
      nonmutating _modify { yield &base[12] }
    }

    /// W₁ in rows of whole vectors, with the state's importances if there are any.
    var hiddenPadded: Matrix {
      get { base[13] }
      nonmutating _modify { yield &base[13] }
    }
    /// The part of ∂L/∂g that the reads of the last states give, [1, H].
    var lastImportances: Matrix {
      get { base[Self.lastImportances] }
      nonmutating _modify { yield &base[Self.lastImportances] }
    }

    /// Gives the backward pass its shapes, and the sums their zeros.
    ///
    /// - Parameter weights: W₁ as the forward pass used it.
    func clearGradients(_ weights: Matrix, sequences: Int) {
      let (states, width) = (weights.rows, weights.columns)
      foldedTransposed.setTransposed(folded)
      hiddenTransposed.setTransposed(weights)
      stateGradient.reshape(rows: sequences, columns: states)
      neuronGradient.reshape(rows: sequences, columns: width)
      stateSum.reshape(rows: 1, columns: states)
      neuronSum.reshape(rows: 1, columns: width)
      hiddenWeights.reshape(rows: states, columns: width)
      hiddenBias.reshape(rows: 1, columns: width)
      outputBias.reshape(rows: 1, columns: states)
      foldedGradient.reshape(rows: width, columns: states)
      hiddenWeights.fill(0)
      hiddenBias.fill(0)
      outputBias.fill(0)
      foldedGradient.fill(0)
      lastImportances.reshape(rows: 1, columns: states)
      lastImportances.fill(0)
    }

    /// Turns ∂L/∂(g · h) of sequences that end with a step into ∂L/∂h, and adds their part of ∂L/∂g.
    ///
    /// - Parameter start: the first row of the step.
    func passLastStates(_ ending: Range<Int>, from start: Int, _ importances: Matrix) {
      for sequence in ending {
        for neuron in 0..<importances.columns {
          let gradient = stateGradient[sequence, neuron]
          lastImportances[0, neuron] += gradient * states[start + sequence, neuron]
          stateGradient[sequence, neuron] = gradient * importances[0, neuron]
        }
      }
    }
  }
}

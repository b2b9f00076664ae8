import CKernels

/// Products of matrices in memory: 2 · rows · columns · inner floating-point operations each, on the calling thread.
///
/// The kernel is this program's own. It is as fast as OpenBLAS or faster at the shapes of the networks
/// (docs/performance.md has the table), runs the widest vectors that the processor's features allow instead of those
/// that a library's table of models names, starts no threads, and sums every element in the order of the inner index.
enum Gemm {
  struct Operand {
    var base: UnsafePointer<Float>
    /// The distance from one stored row to the next, in elements.
    var stride: Int
    var isTransposed = false
  }

  /// c ← a · b, or += where it adds.
  ///
  /// Shapes: a [rows, inner], b [inner, columns], c [rows, columns]; a transposed operand is stored the other way
  /// round.
  ///
  /// - Parameter room: columns that may be written in c and, where it is not transposed, read in b: whole vectors, if
  ///   there are so many.
  static func multiply(
    rows: Int, columns: Int, inner: Int, room: Int? = nil, _ a: Operand, _ b: Operand,
    to c: UnsafeMutablePointer<Float>, stride: Int, adds: Bool = false
  ) {
    if rows == 0 || columns == 0 { return }
    awn_product(
      rows, b.isTransposed ? columns : room ?? columns, inner, a.base, a.isTransposed ? 1 : a.stride,
      a.isTransposed ? a.stride : 1, b.base, b.stride, b.isTransposed ? 1 : 0, c, stride, adds ? 1 : 0)
  }

  /// The right operand of several products, transposed once for all of them.
  struct RightOperand {
    private let operand: Operand
    private let (columns, inner): (Int, Int)

    init(_ operand: Operand, columns: Int, inner: Int) {
      (self.operand, self.columns, self.inner) = (operand, columns, inner)
    }

    private var padded: Int { Lanes.padded(columns) }

    /// Floats that `stored` needs.
    var room: Int { operand.isTransposed ? inner * padded : 0 }

    /// The operand as products take it; valid as long as the memory is.
    func stored(in memory: UnsafeMutablePointer<Float>) -> Operand {
      guard operand.isTransposed else { return operand }
      awn_transpose(columns, inner, operand.base, operand.stride, memory, padded)
      return Operand(base: memory, stride: padded)
    }
  }
}

extension Matrix {
  /// The matrix as an operand of a product, from a row and a column on.
  func operand(from row: Int = 0, column: Int = 0, isTransposed: Bool = false) -> Gemm.Operand {
    Gemm.Operand(base: base + row * stride + column, stride: stride, isTransposed: isTransposed)
  }
}

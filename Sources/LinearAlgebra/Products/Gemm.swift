import CBLAS
import CKernels

/// Products of matrices in memory: 2 · rows · columns · inner floating-point operations each, on the calling thread.
///
/// Our kernel reads its operands where they lie, which gains 5 to 20 % on OpenBLAS at the sizes of a minibatch, half and
/// more where a width is no multiple of 16. OpenBLAS computes what is too large for it on processors without AVX-512,
/// and everything on those without fused multiply-adds.
enum Gemm {
  struct Operand {
    var base: UnsafePointer<Float>
    /// From one stored row to the next.
    var stride: Int
    var isTransposed = false
  }

  /// c ← a · b, or += where it adds.
  ///
  /// Shapes: a [rows, inner], b [inner, columns], c [rows, columns]; a transposed operand is stored the other way round.
  ///
  /// - Parameters:
  ///   - room: columns that may be written in c and, where it is not transposed, read in b: whole vectors, if there are
  ///     so many.
  ///   - scratch: room for a transposed right operand; `nil`: memory of its own.
  static func multiply(
    rows: Int, columns: Int, inner: Int, room: Int? = nil, _ a: Operand, _ b: Operand,
    to c: UnsafeMutablePointer<Float>, stride: Int, adds: Bool = false,
    scratch: UnsafeMutablePointer<Matrix>? = nil
  ) {
    if rows == 0 || columns == 0 { return }
    guard inner > 0, suits(columns: columns, inner: inner) else {
      return callBLAS(rows, columns, inner, a, b, c, stride, adds)
    }
    guard b.isTransposed else {
      return callKernel(rows, room ?? columns, inner, a, b, c, stride, adds)
    }
    let padded = (columns + 15) / 16 * 16
    func multiply(_ transposed: UnsafeMutablePointer<Float>) {
      awn_transpose(columns, inner, b.base, b.stride, transposed, padded)
      callKernel(
        rows, room ?? columns, inner, a, Operand(base: transposed, stride: padded), c, stride, adds)
    }
    if let scratch {
      scratch.pointee.reshape(rows: inner, columns: padded)
      return multiply(scratch.pointee.mutableBase)
    }
    withUnsafeTemporaryAllocation(byteCount: 4 * inner * padded, alignment: 64) { memory in
      multiply(memory.bindMemory(to: Float.self).baseAddress!)
    }
  }

  /// The right operand of several products, transposed once for all of them where the kernel needs it.
  struct RightOperand {
    private let operand: Operand
    private let (columns, inner): (Int, Int)
    private let isStored: Bool

    init(_ operand: Operand, columns: Int, inner: Int) {
      (self.operand, self.columns, self.inner) = (operand, columns, inner)
      isStored = operand.isTransposed && Gemm.suits(columns: columns, inner: inner)
    }

    private var padded: Int { (columns + 15) / 16 * 16 }

    /// Floats that `stored` needs.
    var room: Int { isStored ? inner * padded : 0 }

    /// The operand as products take it; valid as long as the memory is.
    func stored(in memory: UnsafeMutablePointer<Float>) -> Operand {
      guard isStored else { return operand }
      awn_transpose(columns, inner, operand.base, operand.stride, memory, padded)
      return Operand(base: memory, stride: padded)
    }
  }

  /// Inner indices at once: so much of 64 columns stays in the second cache.
  private static let depth = 1_024

  private static func callKernel(
    _ rows: Int, _ columns: Int, _ inner: Int, _ a: Operand, _ b: Operand,
    _ c: UnsafeMutablePointer<Float>, _ stride: Int, _ adds: Bool
  ) {
    for first in Swift.stride(from: 0, to: inner, by: depth) {
      awn_product(
        rows, columns, min(depth, inner - first),
        a.base + first * (a.isTransposed ? a.stride : 1), a.isTransposed ? 1 : a.stride,
        a.isTransposed ? a.stride : 1, b.base + first * b.stride, b.stride, c, stride,
        adds || first > 0 ? 1 : 0)
    }
  }

  private static func callBLAS(
    _ rows: Int, _ columns: Int, _ inner: Int, _ a: Operand, _ b: Operand,
    _ c: UnsafeMutablePointer<Float>, _ stride: Int, _ adds: Bool
  ) {
    BLAS.start()
    cblas_sgemm(
      CblasRowMajor, a.isTransposed ? CblasTrans : CblasNoTrans, b.isTransposed ? CblasTrans : CblasNoTrans,
      blasint(rows), blasint(columns), blasint(inner), 1, a.base, blasint(a.stride), b.base,
      blasint(b.stride), adds ? 1 : 0, c, blasint(stride))
  }

  /// How much of the right operand the kernel is good for, in floats.
  private static let reach: Int =
    switch awn_product_vectors() {
    case 0: 0
    case 1: 64 * 256
    default: .max
    }

  /// With few columns most of a vector is idle.
  private static func suits(columns: Int, inner: Int) -> Bool { columns > 12 && columns * inner <= reach }
}

/// OpenBLAS as a whole.
public enum BLAS {
  /// OpenBLAS's own threads gain nothing at these sizes and would compete with ours.
  private static let singleThreaded: Void = openblas_set_num_threads(1)

  static func start() { _ = singleThreaded }

  /// Its version and the processor core it chose.
  public static var description: String {
    String(cString: openblas_get_config())
  }
}

extension Matrix {
  /// As the operand of a product: rows from one on.
  func operand(from row: Int = 0, column: Int = 0, isTransposed: Bool = false) -> Gemm.Operand {
    Gemm.Operand(base: base + row * stride + column, stride: stride, isTransposed: isTransposed)
  }
}

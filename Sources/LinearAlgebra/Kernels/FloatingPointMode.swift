import CKernels

/// How the calling thread's floating-point unit works: MXCSR on x86-64, FPCR on arm64.
///
/// Threads that compute treat subnormal numbers (below 1.2e-38 in magnitude) as zero. Gradients of saturated outputs
/// and moments of inactive neurons decay into that range, where an operation takes some processors 150 cycles instead
/// of one.
///
/// A thread of the program flushes them when it begins. Functions that compute on a caller's thread do so as a scope,
/// which must not contain an `await`, because another thread may continue after it:
///
/// ```swift
/// let mode = FloatingPointMode.flushSubnormals()
/// defer { mode.restore() }
/// ```
package struct FloatingPointMode: Sendable {
  private let register: UInt64

  /// The mode of the calling thread.
  package static var current: FloatingPointMode { FloatingPointMode(register: awn_float_mode()) }

  /// Whether the calling thread treats subnormal numbers as zero.
  package static var flushesSubnormals: Bool { awn_flushes_subnormals() != 0 }

  /// Makes the calling thread treat subnormal numbers as zero, as operands and as results.
  ///
  /// - Returns: the mode before.
  @discardableResult
  package static func flushSubnormals() -> FloatingPointMode {
    FloatingPointMode(register: awn_flush_subnormals())
  }

  /// Restores this mode of the calling thread, exception flags included.
  package func restore() { awn_set_float_mode(register) }
}

extension FloatingPointMode: Equatable {
  /// Whether both compute alike. Which exceptions there have been, MXCSR's lowest six bits, makes no difference.
  package static func == (a: FloatingPointMode, b: FloatingPointMode) -> Bool { a.control == b.control }

  private var control: UInt64 {
    #if arch(x86_64)
      register & ~0x3F
    #else
      register
    #endif
  }
}

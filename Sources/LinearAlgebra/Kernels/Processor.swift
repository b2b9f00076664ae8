import CBLAS
import CKernels

/// What the numbers are computed with on this machine.
package enum Processor {
  /// The processor OpenBLAS has kernels for, as it names it.
  package static var blasCore: String { String(cString: openblas_get_corename()) }
  /// OpenBLAS's version and how it was built, in its own words.
  package static var blasConfiguration: String { String(cString: openblas_get_config()) }
  /// The vector unit our own kernels use.
  package static var vectors: String { String(cString: awn_level_name()) }

  /// For the body of a loop that waits for another thread.
  package static func pause() { awn_pause() }
}

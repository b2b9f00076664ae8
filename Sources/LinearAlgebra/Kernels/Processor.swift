import CKernels

/// What the numbers are computed with on this machine.
package enum Processor {
  /// The vector unit that the kernels use, such as "x86-64-v3 (AVX2)".
  package static var vectors: String { String(cString: awn_level_name()) }
  /// The widest that there are kernels for and that this processor has.
  package static var bestVectors: String { String(cString: awn_best_level_name()) }
  /// What the processor lacks for the next wider kernels, such as "BMI2, MOVBE"; empty at the widest.
  package static var missingFeatures: String { String(cString: awn_missing_features()) }

  /// Pauses briefly, in the body of a loop that waits for another thread.
  package static func pause() { awn_pause() }
}

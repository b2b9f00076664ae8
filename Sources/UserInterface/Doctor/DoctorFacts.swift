import Canvas
import Terminal

/// All that the doctor looks at.
package struct DoctorFacts: Equatable, Sendable {
  /// The program's own.
  package var version = "awn-tui"
  package var environment: [String: String] = [:]
  package var terminal = TerminalFacts()
  package var machine = Machine()
  package var files = Files()

  package init() {}

  package struct Machine: Equatable, Sendable {
    /// The vector unit that the kernels use, and the widest that there are kernels for and that the processor has.
    package var vectors = ""
    package var bestVectors = ""
    /// What the processor lacks for the next wider kernels.
    package var missingFeatures = ""
    package var cores = 1
    package var usableCores = 1
    /// Processors' worth of time that a container grants, if it limits them.
    package var coreQuota: Double?
    /// In bytes.
    package var memory = 0
    package var availableMemory = 0

    package init() {}
  }

  package struct Files: Equatable, Sendable {
    /// `nil`: there is no home.
    package var folder: String?
    package var hasConfig = false
    /// Why `config.toml` would be refused, in one sentence; `nil`: it would not.
    package var configProblem: String?
    package var builtInThemes = 0
    package var ownThemes: [String] = []
    /// One sentence each.
    package var problems: [String] = []

    package init() {}
  }
}

import Foundation

extension DoctorReport {
  package var machine: [Finding] { [blas, kernels, cores, memory] }

  /// Where a user of other programs looks for it.
  private var blas: Finding {
    let what = "none: own kernels compute all matrix products, one thread each; minibatches are divided"
    guard let core = variable("OPENBLAS_CORETYPE") else { return Finding("BLAS", what) }
    return Finding(
      "BLAS", "\(what); OPENBLAS_CORETYPE=\(core) changes nothing here",
      "unset OPENBLAS_CORETYPE: programs that use OpenBLAS are slow with the kernels of another processor")
  }

  private var kernels: Finding {
    let (used, best) = (facts.machine.vectors, facts.machine.bestVectors)
    guard used == best else {
      return Finding(
        "kernels", "\(used), but this processor has \(best)", "build the program without AWN_KERNEL_LEVEL")
    }
    let isNarrow = ["x86-64 (SSE2)", "x86-64 with AVX"].contains(used)
    return Finding(
      "kernels", "\(used), the widest that this processor has",
      isNarrow
        ? "AVX2 is two to four times as fast, but this processor lacks \(facts.machine.missingFeatures); "
          + "a virtual machine has what its host has if its processor type is that of the host" : nil)
  }

  private var cores: Finding {
    let (all, usable) = (facts.machine.cores, facts.machine.usableCores)
    if let quota = facts.machine.coreQuota, quota < Double(usable) {
      let granted = String(format: "%.3g", quota)
      return Finding(
        "cores", "\(usable), but this container gets the time of \(granted)",
        "grant the container more, or use at most --threads \(max(1, Int(quota)))")
    }
    guard usable < all else { return Finding("cores", "\(all)") }
    return Finding(
      "cores", "\(usable) of \(all): this process may not use the others",
      "taskset or the container limits it")
  }

  private var memory: Finding {
    guard facts.machine.memory > 0 else {
      return Finding("memory", "unknown", "mount /proc to see it")
    }
    let what =
      "\(Self.gigabytes(facts.machine.memory)), \(Self.gigabytes(facts.machine.availableMemory)) available"
    let isShort = facts.machine.availableMemory < 500_000_000
    return Finding("memory", what, isShort ? "end other programs: large data may not fit" : nil)
  }

  private static func gigabytes(_ bytes: Int) -> String { String(format: "%.1f GB", Double(bytes) / 1e9) }

  // MARK: Files

  package var files: [Finding] { [folder] + settings + themes }

  private var folder: Finding {
    guard let path = facts.files.folder else {
      return Finding(
        "folder", "none", "set HOME, or XDG_CONFIG_HOME to an absolute path, to keep themes there")
    }
    let content = facts.files.hasConfig ? "with config.toml" : "without config.toml"
    if let ignored = variable("XDG_CONFIG_HOME"), !ignored.hasPrefix("/") {
      return Finding(
        "folder", "\(path), \(content)", "XDG_CONFIG_HOME=\(ignored) is ignored: it must be an absolute path")
    }
    return Finding("folder", "\(path), \(content)")
  }

  private var settings: [Finding] {
    guard facts.files.hasConfig else { return [] }
    guard let problem = facts.files.configProblem else {
      return [Finding("settings", "config.toml is valid")]
    }
    return [Finding("settings", "refused: the dashboard does not start with them", problem)]
  }

  private var themes: [Finding] {
    let own = facts.files.ownThemes
    let named = own.isEmpty ? "none of your own" : "\(own.count) of your own: \(own.joined(separator: ", "))"
    return [Finding("themes", "\(facts.files.builtInThemes) built in, \(named)")]
      + facts.files.problems.map { Finding("theme", "not usable", $0) }
  }
}

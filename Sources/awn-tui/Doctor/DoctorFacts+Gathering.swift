import Foundation
import LinearAlgebra
import Terminal
import UserInterface

extension DoctorFacts {
  /// The facts about this process, its terminal and its machine.
  static func gathered(environment: [String: String]) -> DoctorFacts {
    var facts = DoctorFacts()
    facts.version = Version.details.split(separator: "\n").prefix(3).joined(separator: ", ")
    facts.environment = environment
    facts.terminal = TerminalFacts(environment: environment)
    facts.machine = .gathered()
    facts.files = .gathered(environment: environment)
    return facts
  }
}

extension DoctorFacts.Files {
  fileprivate static func gathered(environment: [String: String]) -> Self {
    let folder = UserFolder.ofThisUser(environment: environment)
    let catalogue = ThemeCatalogue(folder: folder?.themes)
    var files = Self()
    files.folder = folder?.path
    files.hasConfig = folder.map { FileManager.default.fileExists(atPath: $0.config) } ?? false
    if files.hasConfig { files.configProblem = configProblem(environment: environment) }
    let own = catalogue.entries.filter { $0.file != nil }
    files.builtInThemes = catalogue.entries.count - own.count
    files.ownThemes = own.map(\.theme.name)
    files.problems = catalogue.problems
    return files
  }

  /// What the dashboard would say of the settings as it starts.
  private static func configProblem(environment: [String: String]) -> String? {
    do {
      _ = try ScreenFlags.parse([]).filled(from: .ofThisUser(environment: environment))
      return nil
    } catch {
      return "\(error)"
    }
  }
}

extension DoctorFacts.Machine {
  fileprivate static func gathered() -> Self {
    var machine = Self()
    machine.vectors = Processor.vectors
    machine.bestVectors = Processor.bestVectors
    machine.missingFeatures = Processor.missingFeatures
    machine.cores = ProcessInfo.processInfo.processorCount
    machine.usableCores = ProcessInfo.processInfo.activeProcessorCount
    let control = "/sys/fs/cgroup"
    machine.coreQuota = quota(text("\(control)/cpu.max"))
    let memory = text("/proc/meminfo")
    let limit = Int(text("\(control)/memory.max").filter { !$0.isWhitespace }) ?? .max
    let used = Int(text("\(control)/memory.current").filter { !$0.isWhitespace }) ?? 0
    machine.memory = min(entry("MemTotal", in: memory), limit)
    machine.availableMemory = min(entry("MemAvailable", in: memory), max(0, limit - used))
    return machine
  }

  private static func text(_ path: String) -> String {
    (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
  }

  /// Bytes, from a line such as "MemTotal:  8050924 kB"; 0 if there is none.
  package static func entry(_ name: String, in text: String) -> Int {
    let line = text.split(separator: "\n").first { $0.hasPrefix("\(name):") }
    return (line?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0) * 1024
  }

  /// From "150000 100000", the microseconds granted of every so many; `nil` for "max 100000".
  package static func quota(_ text: String) -> Double? {
    let numbers = text.split(whereSeparator: \.isWhitespace).map { Double($0) }
    guard numbers.count == 2, let granted = numbers[0], let period = numbers[1], period > 0 else {
      return nil
    }
    return granted / period
  }
}

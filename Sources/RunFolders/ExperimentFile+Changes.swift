import Datasets
import Experiment

extension ExperimentFile {
  /// Whether a run can go on with another value: its data may have been moved, which their checksum tells, and neither
  /// threads nor pace are a part of what is learned.
  package static func isFree(_ setting: Setting) -> Bool {
    setting.is(\.data.path) || setting.is(\.data.testPath) || setting.is(\.training.threads)
      || setting.is(\.training.pace)
  }

  /// The settings, but for free ones, in which an experiment is not what it was when a run began, as clauses that tell
  /// both values. A setting that was added or removed at what its absence means is none of them.
  ///
  /// - Parameters:
  ///   - configuration: that of `file`, as it is now.
  ///   - beginning: the file's text when the run began.
  ///   - problem: that the run learns, on which defaults depend; `nil`: not known.
  ///   - probes: of the run's data.
  /// - Throws: if `beginning` is no experiment.
  package static func changes(
    of configuration: Configuration, in file: String, since beginning: String, problem: Problem? = nil,
    probes: Probes = Probes()
  ) throws(ExperimentError) -> [String] {
    let values = try GivenSettings(beginning, path: file).values
    let given = Set(given(in: file)?.values.map(\.setting.name) ?? [])
    let then = try Self.configuration(beginning, path: file, probes: probes)
      .withMeaningOfAbsent(for: problem)
    let now = configuration.withMeaningOfAbsent(for: problem)
    return Setting.all.filter { !isFree($0) }.compactMap { setting in
      let before = values.first { $0.setting.name == setting.name }
      // A setting that neither file has may be newer than the run.
      if before == nil && !given.contains(setting.name) { return nil }
      if setting.value(in: then)?.literal == setting.value(in: now)?.literal { return nil }
      let was = before.map { "was \(written($0.value.literal))" } ?? "was not given"
      let isNow = setting.value(in: configuration).map { "is \(written($0.literal))" } ?? "is missing"
      return "\(setting.key) under [\(setting.section.rawValue)] \(was) and \(isNow)"
    }
  }
}

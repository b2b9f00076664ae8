import Experiment

extension ExperimentFile {
  /// Whether a run can go on with another value: its data may have been moved, which their checksum tells, and neither
  /// threads nor pace are a part of what is learned.
  package static func isFree(_ setting: Setting) -> Bool {
    setting.is(\.data.path) || setting.is(\.data.testPath) || setting.is(\.training.threads)
      || setting.is(\.training.pace)
  }

  /// The settings, but for free ones, in which an experiment is not what it was when a run began, as clauses that tell
  /// both values.
  ///
  /// - Parameters:
  ///   - configuration: that of `file`, as it is now.
  ///   - beginning: the file's text when the run began.
  /// - Throws: if `beginning` is no experiment.
  package static func changes(
    of configuration: Configuration, in file: String, since beginning: String
  ) throws(ExperimentError) -> [String] {
    let values = try GivenSettings(beginning, path: file).values
    let given = Set(given(in: file)?.values.map(\.setting.name) ?? [])
    return Setting.all.filter { !isFree($0) }.compactMap { setting in
      let before = values.first { $0.setting.name == setting.name }
      let now = setting.value(in: configuration)?.literal
      // A setting that neither file has may be newer than the run.
      if before?.value.literal == now || (before == nil && !given.contains(setting.name)) { return nil }
      let was = before.map { "was \(written($0.value.literal))" } ?? "was not given"
      let place = "\(setting.key) under [\(setting.section.rawValue)]"
      return "\(place) \(was) and is \(now.map(written) ?? "missing")"
    }
  }
}

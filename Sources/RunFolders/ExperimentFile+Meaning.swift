import Datasets
import Experiment

extension ExperimentFile {
  /// Throws if a file gives a setting that would do nothing in the run it describes, as a flag is refused. The files of
  /// runs have every setting: one at its default is none.
  ///
  /// - Parameters:
  ///   - run: with flags in place of what the file has; what means something there is not refused.
  ///   - data: the kind of data that the run learns from.
  ///   - probes: of these data.
  package static func requireMeaning(
    in path: String, of run: Configuration, from data: DataKind, probes: Probes
  ) throws(ExperimentError) {
    guard let given = given(in: path) else { return }
    let own = try configuration(contentsOf: path, probes: probes)
    let usual = try usual(given.values, path: path, probes)
    let changed = given.values.filter { $0.value.literal != $0.setting.value(in: usual)?.literal }
    for (setting, value) in changed {
      func reason(in run: Configuration) -> String? {
        contradiction(of: setting, value, in: run) { path in changed.contains { $0.setting.is(path) } }
          ?? setting.refusal(of: value, in: run, from: data)
      }
      if let refusal = reason(in: own), reason(in: run) != nil { throw given.error(of: setting, refusal) }
    }
  }

  /// A run without what flags have left without a meaning of its file's settings: these are as if the file did not have
  /// them.
  ///
  /// - Parameter probes: of the run's data.
  package static func cleared(
    _ run: Configuration, of path: String, probes: Probes
  ) throws(ExperimentError) -> Configuration {
    guard let given = given(in: path) else { return run }
    let usual = try defaults(given.values, path: path, probes, keepsData: false)
    var result = run
    for setting in Setting.all {
      guard let value = setting.value(in: run),
        contradiction(of: setting, value, in: run, besides: { _ in true }) != nil
      else { continue }
      setting.copy(from: usual, to: &result)
    }
    return result
  }

  /// The same as for a flag, except that a file may name the method whose priors an ordinary network is trained with.
  private static func contradiction(
    of setting: Setting, _ value: any SettingValue, in run: Configuration,
    besides isGiven: (PartialKeyPath<Configuration>) -> Bool
  ) -> String? {
    if setting.decidesMethod { return nil }
    return setting.contradiction(of: value, in: run, besides: isGiven)
  }

  /// The values with which the settings of a file change nothing: the defaults for its data, written out.
  private static func usual(
    _ values: [(setting: Setting, value: any SettingValue)], path: String, _ probes: Probes
  ) throws(ExperimentError) -> Configuration {
    try defaults(values, path: path, probes, keepsData: false).withMeaningOfAbsent(for: nil)
  }

  /// An error about settings of a file that do not go together.
  ///
  /// - Parameter contradiction: a sentence that names them as flags.
  package static func error(of contradiction: String, in path: String) -> ExperimentError {
    given(in: path)?.error(of: contradiction) ?? ExperimentError(path: path, reason: contradiction)
  }

  /// An error about a setting that a file gives; `nil`: it does not.
  ///
  /// - Parameter refusal: the end of a sentence that begins with its name.
  package static func error(of setting: Setting, in path: String, _ refusal: String) -> ExperimentError? {
    guard let given = given(in: path), given.values.contains(where: { $0.setting.name == setting.name })
    else {
      return nil
    }
    return given.error(of: setting, refusal)
  }
}

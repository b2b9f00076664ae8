import Datasets
import Experiment

extension ExperimentFile {
  /// Throws if a file gives a setting that would do nothing in the run it describes, as a flag is refused. The files of
  /// runs have every setting: one at its default is none.
  ///
  /// - Parameters:
  ///   - data: the kind of data that the run learns from.
  ///   - probes: of these data.
  package static func requireMeaning(
    in path: String, from data: DataKind, probes: Probes
  ) throws(ExperimentError) {
    guard let given = given(in: path) else { return }
    let run = try configuration(contentsOf: path, probes: probes)
    let defaults = try defaults(given.values, path: path, probes)
    for (setting, value) in given.values where value.literal != setting.value(in: defaults)?.literal {
      guard let refusal = setting.refusal(of: value, in: run, from: data) else { continue }
      throw given.error(of: setting, refusal)
    }
  }
}

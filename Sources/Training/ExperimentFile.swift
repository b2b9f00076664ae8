import Experiment
import TOMLKit

/// The text of an experiment file.
public enum ExperimentFile {
  /// Every setting, resolved: the run can be repeated from it.
  public static func text(_ configuration: Configuration) -> String {
    do {
      return try TOMLEncoder().encode(configuration) + "\n"
    } catch {
      preconditionFailure("a configuration is always encodable: \(error)")
    }
  }

  /// The configuration that `text` was made of.
  public static func configuration(_ text: String) throws -> Configuration {
    try TOMLDecoder().decode(Configuration.self, from: text)
  }
}

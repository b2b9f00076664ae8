import Experiment
import RunFolders

/// Where settings come from, for those that turn out not to suit the data.
package struct SettingOrigin: Sendable {
  /// The experiment file that has those that no flag gives; `nil`: there is none.
  var file: String?
  /// The names of the settings that flags give.
  var flags: Set<String> = []

  package init(file: String? = nil, flags: Set<String> = []) { (self.file, self.flags) = (file, flags) }

  /// What to say of flags that change nothing in a run.
  func notes(on run: Configuration) -> [String] {
    Setting.all.filter { flags.contains($0.name) }.compactMap { setting in
      setting.idleness(in: run).map { "\(setting.name) \($0)" }
    }
  }

  /// An error about a setting of the file; `nil`: it is not the file's.
  ///
  /// - Parameter refusal: the end of a sentence that begins with its name.
  func error(of path: PartialKeyPath<Configuration>, _ refusal: String) -> ExperimentError? {
    let setting = Setting.of(path)
    guard let file, !flags.contains(setting.name) else { return nil }
    return ExperimentFile.error(of: setting, in: file, refusal)
  }
}

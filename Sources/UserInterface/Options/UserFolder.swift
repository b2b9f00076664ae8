import Foundation

/// Where a user keeps what is theirs: themes and settings.
package struct UserFolder {
  /// The folder, which need not exist.
  package var path: String
  /// The folder of themes.
  package var themes: String
  /// The file of settings.
  package var config: String
}

extension UserFolder {
  /// The folder in `XDG_CONFIG_HOME`, which only counts if absolute, or in `~/.config`; `nil` without a home.
  package static func ofThisUser(environment: [String: String]) -> UserFolder? {
    let home = home(environment).map { $0 + "/.config" }
    let chosen = environment["XDG_CONFIG_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
    guard let base = chosen ?? home else { return nil }
    let path = base + "/awn-tui"
    return UserFolder(path: path, themes: path + "/themes", config: path + "/config.toml")
  }

  private static func home(_ environment: [String: String]) -> String? {
    environment["HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
  }

  /// A path with the user's home in place of `~`: the one that `HOME` names, as in a shell, else that of the password
  /// file.
  package static func expandingTilde(
    in path: String, environment: [String: String] = ProcessInfo.processInfo.environment
  ) -> String {
    guard path == "~" || path.hasPrefix("~/"), let home = home(environment) else {
      return (path as NSString).expandingTildeInPath
    }
    return home + path.dropFirst()
  }
}

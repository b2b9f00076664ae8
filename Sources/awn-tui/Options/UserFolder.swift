/// Where a user keeps what is theirs: themes and settings.
struct UserFolder {
  /// The folder, which need not exist.
  var path: String
  /// The folder of themes.
  var themes: String
  /// The file of settings.
  var config: String
}

extension UserFolder {
  /// The folder in `XDG_CONFIG_HOME`, which only counts if absolute, or in `~/.config`; `nil` without a home.
  static func ofThisUser(environment: [String: String]) -> UserFolder? {
    let home = environment["HOME"].flatMap { $0.hasPrefix("/") ? $0 + "/.config" : nil }
    let chosen = environment["XDG_CONFIG_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
    guard let base = chosen ?? home else { return nil }
    let path = base + "/awn-tui"
    return UserFolder(path: path, themes: path + "/themes", config: path + "/config.toml")
  }
}

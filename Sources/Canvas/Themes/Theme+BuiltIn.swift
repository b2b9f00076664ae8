import Themes

extension Theme {
  /// The themes in the program, the default first.
  public static let builtIn: [Theme] = builtInThemes.map { source in
    do {
      return try Theme(text: source.text, path: source.name)
    } catch {
      preconditionFailure("\(error)")
    }
  }

  /// The built-in theme of a name.
  public static func named(_ name: String) -> Theme? { builtIn.first { $0.name == name } }
}

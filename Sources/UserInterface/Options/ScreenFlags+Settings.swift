import ArgumentParser

extension ScreenFlags {
  /// With the user's settings where no flag says otherwise.
  package func filled(from settings: UserSettings) throws -> ScreenFlags {
    var flags = self
    flags.glyphs = glyphs ?? settings.glyphs
    flags.color = color ?? settings.color
    flags.noMouse = noMouse || settings.mouse == false
    guard theme == nil, let theme = settings.theme else { return flags }
    flags.theme = theme
    do {
      _ = try flags.chosenTheme()
    } catch let mistake as ValidationError {
      throw settings.error(at: "theme", mistake.message)
    }
    return flags
  }
}

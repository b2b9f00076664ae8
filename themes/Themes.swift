/// The built-in themes' source text, name → TOML; the default first.
public let builtInThemes: [(name: String, text: String)] = [
  ("dark", String(decoding: PackageResources.dark_toml, as: UTF8.self)),
  ("light", String(decoding: PackageResources.light_toml, as: UTF8.self)),
  ("high-contrast", String(decoding: PackageResources.high_contrast_toml, as: UTF8.self)),
  ("colour-blind", String(decoding: PackageResources.colour_blind_toml, as: UTF8.self)),
  ("monochrome", String(decoding: PackageResources.monochrome_toml, as: UTF8.self)),
  ("dusk", String(decoding: PackageResources.dusk_toml, as: UTF8.self)),
]

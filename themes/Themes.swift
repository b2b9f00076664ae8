/// The built-in themes' source text, name → TOML.
public let builtInThemes: [(name: String, text: String)] = [
  ("dark", String(decoding: PackageResources.dark_toml, as: UTF8.self)),
  ("light", String(decoding: PackageResources.light_toml, as: UTF8.self)),
]

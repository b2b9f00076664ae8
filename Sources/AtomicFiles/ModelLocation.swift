/// The location of a saved network: a JSON file and a safetensors file of the same name in one folder.
public struct ModelLocation: Equatable, Sendable {
  public let folder: String
  /// The name of both files without its extension.
  public let name: String

  /// `NAME.json` and `NAME.safetensors` in a folder.
  public init(folder: String, name: String = "checkpoint") {
    self.folder = folder
    self.name = name
  }

  /// Path of the JSON file.
  public var document: String { path("\(name).json") }
  /// Path of the safetensors file.
  public var tensors: String { path("\(name).safetensors") }
  /// The safetensors file of the previous checkpoint while it is being replaced.
  package var previousTensors: String { path("\(name).previous.safetensors") }
  /// The files while they are being written.
  package var temporaryDocument: String { path(".\(name).json.tmp") }
  package var temporaryTensors: String { path(".\(name).safetensors.tmp") }

  private func path(_ file: String) -> String { folder == "/" ? "/\(file)" : "\(folder)/\(file)" }
}

/// A format of models for other programs.
public enum ModelFormat: String, Codable, CaseIterable, Sendable {
  case onnx
  case safetensors

  /// By the ending of a file's name; `nil`: it is of neither.
  public init?(ofFile name: String) {
    guard let ending = name.split(separator: ".", omittingEmptySubsequences: false).last,
      let format = Self(rawValue: ending.lowercased()), name.count > ending.count + 1
    else { return nil }
    self = format
  }
}

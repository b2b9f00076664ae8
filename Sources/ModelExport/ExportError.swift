import PlainText

/// Why a network cannot be exported.
public enum ExportError: Error, Equatable, Sendable {
  /// A weight has overflowed or become undefined.
  case notFinite
  /// A layer, counted from 0, of a type that cannot be exported.
  case unsupportedLayer(Int, kind: String)
  /// A layer, counted from 0, that cannot read values of these forms.
  case unsupportedInput(Int, kind: String, forms: [String])
  /// A column of dates, which ONNX has no operators for.
  case dates(column: String)
  /// More than the 2 GiB that an ONNX file can hold.
  case tooLarge(parameters: Int)
}

extension ExportError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .notFinite: "the network has weights that are not finite; export it from before it diverged"
    case .unsupportedLayer(let index, let kind): "layer \(index + 1) is \(kind), which cannot be exported yet"
    case .unsupportedInput(let index, let kind, let forms):
      "layer \(index + 1) is \(kind), which cannot read \(forms.joined(separator: " and ")); change the network"
    case .dates(let column):
      "column \(quoted(column)) holds dates, and ONNX has no operators that read them; train without it (--ignore), or "
        + "with numbers made of it, or export the weights with --format safetensors"
    case .tooLarge(let parameters):
      "the network's \(parameters) parameters are more than an ONNX file can hold (2 GiB); cut it first"
    }
  }
}

extension ExportError: UserFacingError {
  public var exitStatus: ExitStatus { .failed }
}

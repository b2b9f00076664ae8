/// Why a network cannot be exported.
public enum ExportError: Error, Equatable, Sendable {
  /// A weight has overflowed or become undefined.
  case notFinite
  /// A layer, counted from 0, that the format's writer does not know.
  case unsupportedLayer(Int, kind: String)
  /// More than the 2 GiB that an ONNX file can hold.
  case tooLarge(parameters: Int)
}

extension ExportError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .notFinite: "the network has weights that are not finite; export it from before it diverged"
    case .unsupportedLayer(let index, let kind): "layer \(index + 1) is \(kind), which cannot be exported yet"
    case .tooLarge(let parameters):
      "the network's \(parameters) parameters are more than an ONNX file can hold (2 GiB); cut it first"
    }
  }
}

import AtomicFiles
import Foundation

/// Counts the weights and biases of a saved model by the header of its tensors: the home screen looks at many models,
/// and again every few seconds.
package enum ModelSize {
  /// The last parts of the names of tensors that are no parameters: importances, running statistics, and what an
  /// optimizer keeps.
  private static let others: Set<Substring> = [
    "importances", "slopes", "mean", "variance", "first", "second",
  ]
  /// Of headers that are read.
  private static let maxBytes = 4 << 20

  private struct Tensor: Decodable { var shape: [Int]? }

  /// `nil`: there is no readable file of tensors.
  package static func parameters(of location: ModelLocation) -> Int? {
    guard let header = header(of: location.tensors),
      let tensors = try? JSONDecoder().decode([String: Tensor].self, from: header)
    else { return nil }
    // Whatever a damaged header says, it does not overflow.
    var total = 0.0
    for (name, tensor) in tensors where name.hasPrefix("blocks.") {
      guard let shape = tensor.shape, let last = name.split(separator: ".").last, !others.contains(last)
      else {
        continue
      }
      total += shape.reduce(1) { $0 * Double($1) }
    }
    return Int(exactly: total)
  }

  private static func header(of path: String) -> Data? {
    // Without O_NONBLOCK, opening a pipe would wait for its writer.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var length: UInt64 = 0
    guard pread(descriptor, &length, 8, 0) == 8 else { return nil }
    length = UInt64(littleEndian: length)
    guard length <= maxBytes else { return nil }
    var header = Data(count: Int(length))
    let read = header.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, $0.count, 8) }
    return read == header.count ? header : nil
  }
}

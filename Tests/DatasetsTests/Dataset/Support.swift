import CZlib
import Datasets
import Experiment
import Foundation
import LinearAlgebra
import Testing

/// A folder of its own for a test's files, gone with it.
final class Scratch {
  let path: String

  init() throws {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("datasets-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    path = url.path
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func write(_ bytes: [UInt8], as name: String = "data.csv") throws -> String {
    let file = "\(path)/\(name)"
    try Data(bytes).write(to: URL(fileURLWithPath: file))
    return file
  }

  func write(_ text: String, as name: String = "data.csv") throws -> String {
    try write(Array(text.utf8), as: name)
  }

  /// Writes the text and loads it, by default with all rows in training.
  func load(
    _ text: String, target: String? = nil, validation: Double = 0, test: Double = 0, seed: UInt64 = 0
  ) throws -> Dataset {
    try .load(
      DataOptions(path: write(text), target: target, validation: validation, test: test), seed: seed)
  }

  /// What loading the text fails with.
  func failure(_ text: String, target: String? = nil) throws -> DataError? {
    let path = try write(text)
    return loadFailure(DataOptions(path: path, target: target, validation: 0, test: 0))
  }
}

func loadFailure(_ options: DataOptions) -> DataError? {
  do throws(DataError) {
    _ = try Dataset.load(options, seed: 0)
    return nil
  } catch {
    return error
  }
}

/// One gzip member.
func gzip(_ bytes: [UInt8]) -> [UInt8] {
  var stream = z_stream()
  deflateInit2_(
    &stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
  defer { deflateEnd(&stream) }
  var input = bytes
  var output = [UInt8](repeating: 0, count: Int(deflateBound(&stream, UInt(bytes.count))))
  input.withUnsafeMutableBufferPointer { from in
    output.withUnsafeMutableBufferPointer { to in
      (stream.next_in, stream.avail_in) = (from.baseAddress, UInt32(from.count))
      (stream.next_out, stream.avail_out) = (to.baseAddress, UInt32(to.count))
      _ = deflate(&stream, Z_FINISH)
    }
  }
  return Array(output.prefix(Int(stream.total_out)))
}

/// An IDX file of unsigned bytes.
func idx(_ dimensions: [Int], _ bytes: [UInt8]) -> [UInt8] {
  [0, 0, 8, UInt8(dimensions.count)]
    + dimensions.flatMap { size in (0..<4).map { UInt8(truncatingIfNeeded: size >> (24 - 8 * $0)) } } + bytes
}

extension Examples {
  func row(_ index: Int) -> [Float] { Array(features[index * columns..<(index + 1) * columns]) }

  var classes: [Int32] {
    if case .classes(let classes) = targets { classes } else { [] }
  }

  var values: [Float] {
    if case .values(let values, _) = targets { values } else { [] }
  }
}

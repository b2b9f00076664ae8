import CZlib
import Datasets
import Experiment
import Foundation
import LinearAlgebra
import Testing

/// A folder of its own for a test's files, gone with it.
final class Scratch {
  let path: String

  /// - Parameter inMemory: in the memory's file system where there is one. A disk may write a file that is written
  ///   again at once, which takes milliseconds: most of the time of tests that write thousands.
  init(inMemory: Bool = false) throws {
    let memory = URL(fileURLWithPath: "/dev/shm")
    let isThere = inMemory && FileManager.default.isWritableFile(atPath: memory.path)
    let url = (isThere ? memory : FileManager.default.temporaryDirectory)
      .appendingPathComponent("datasets-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    path = url.path
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func write(_ bytes: [UInt8], as name: String = "data.csv") throws -> String {
    let file = "\(path)/\(name)"
    if name.contains("/") {
      try FileManager.default.createDirectory(
        at: URL(fileURLWithPath: file).deletingLastPathComponent(), withIntermediateDirectories: true)
    }
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

/// Whether the data are read. They must be sound then; the error, otherwise, must be one that can be printed.
func isReadOrRefused(
  _ options: DataOptions, for network: NetworkKind = .mlp, _ check: (Dataset) -> Void = { _ in }
) -> Bool {
  isReadOrRefused { () throws(DataError) in check(try Dataset.load(options, for: network, seed: 1)) }
}

/// Whether no error is thrown. If one is, it must be one that can be printed.
func isReadOrRefused(_ read: () throws(DataError) -> Void) -> Bool {
  do throws(DataError) {
    try read()
    return true
  } catch {
    let description = error.description
    #expect(description.utf8.count > 20)
    #expect(description.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control })
    return false
  }
}

/// What every table must be.
func checkTable(_ dataset: Dataset) {
  for table in [dataset.training, dataset.validation, dataset.test].compactMap({ $0 }) {
    #expect(table.features.allSatisfy { $0.isFinite })
    #expect(table.values.allSatisfy { $0.isFinite })
    #expect(table.classes.allSatisfy { (0..<Int32(dataset.classNames.count)).contains($0) })
    #expect(max(table.classes.count, table.values.count) == table.rows)
    #expect(table.columns == dataset.featureNames.count)
  }
  #expect(dataset.training.rows >= 2)
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

/// A PNG file of gray or colored pixels, [height, width, channels].
func png(width: Int, height: Int, channels: Int = 3, _ pixels: [UInt8]) -> [UInt8] {
  func number(_ value: UInt) -> [UInt8] {
    [24, 16, 8, 0].map { (shift: UInt) -> UInt8 in UInt8(truncatingIfNeeded: value >> shift) }
  }
  func chunk(_ name: String, _ body: [UInt8]) -> [UInt8] {
    let named = Array(name.utf8) + body
    return number(UInt(body.count)) + named + number(crc32(0, named, UInt32(named.count)))
  }
  var lines: [UInt8] = []
  for row in 0..<height {
    lines += [0] + Array(pixels[row * width * channels..<(row + 1) * width * channels])
  }
  var size = compressBound(UInt(lines.count))
  var packed = [UInt8](repeating: 0, count: Int(size))
  compress2(&packed, &size, lines, UInt(lines.count), 6)
  var result: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 13, 10, 26, 10]
  result += chunk("IHDR", number(UInt(width)) + number(UInt(height)) + [8, channels == 1 ? 0 : 2, 0, 0, 0])
  result += chunk("IDAT", Array(packed.prefix(Int(size))))
  return result + chunk("IEND", [])
}

/// A PNG file of one shade of gray in one channel.
func grayPNG(width: Int, height: Int, _ shade: UInt8) -> [UInt8] {
  png(
    width: width, height: height, channels: 1, [UInt8](repeating: shade, count: width * height))
}

/// A PNG file whose chunks were changed, with the checksums that they should have: without these a reader would see no
/// further than the first change.
func withChecksums(_ png: [UInt8]) -> [UInt8] {
  var (result, start) = (png, 8)
  while start + 12 <= result.count {
    let length = result[start..<start + 4].reduce(0) { $0 << 8 | Int($1) }
    guard length <= result.count - start - 12 else { break }
    let named = Array(result[start + 4..<start + 8 + length])
    let sum = crc32(0, named, UInt32(named.count))
    for byte in 0..<4 {
      result[start + 8 + length + byte] = UInt8(truncatingIfNeeded: sum >> (24 - 8 * byte))
    }
    start += length + 12
  }
  return result
}

/// A NumPy file of little-endian elements.
func npy(_ type: String, _ shape: [Int], _ elements: [UInt8], isFortranOrder: Bool = false) -> [UInt8] {
  let extents = shape.map { "\($0)," }.joined(separator: " ")
  var header =
    "{'descr': '\(type)', 'fortran_order': \(isFortranOrder ? "True" : "False"), 'shape': (\(extents)), }"
  while (10 + header.utf8.count + 1) % 64 != 0 { header += " " }
  header += "\n"
  let size = header.utf8.count
  var result: [UInt8] = [0x93] + Array("NUMPY".utf8)
  result += [1, 0, UInt8(size & 255), UInt8(size >> 8)]
  result += Array(header.utf8)
  return result + elements
}

func bytes<Number: FixedWidthInteger>(_ numbers: [Number]) -> [UInt8] {
  numbers.flatMap { number in withUnsafeBytes(of: number.littleEndian) { Array($0) } }
}

func bytes(_ numbers: [Double]) -> [UInt8] { bytes(numbers.map(\.bitPattern)) }

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

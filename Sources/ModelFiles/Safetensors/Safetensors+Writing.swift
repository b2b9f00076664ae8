import Foundation
import LinearAlgebra

extension Safetensors {
  /// The file's bytes: tensors with the larger elements first, so that each is aligned, then by name.
  public var data: Data {
    let ordered = tensors.sorted {
      ($1.value.elements.type.size, $0.key) < ($0.value.elements.type.size, $1.key)
    }
    let entries = ordered.map { name, tensor in
      Entry(name: name, type: tensor.elements.type, shape: tensor.shape, count: tensor.elements.count)
    }
    return Self.file(entries, metadata) { write in
      for (_, tensor) in ordered {
        switch tensor.elements {
        case .f32(let values): values.withUnsafeBytes(write)
        case .f64(let values): values.withUnsafeBytes(write)
        }
      }
    }
  }

  /// The bytes of a file with these matrices as 32-bit floats, by name, without another copy of their elements.
  static func file(of matrices: [NamedMatrix], metadata: [String: String]) -> Data {
    let ordered = matrices.sorted { $0.name < $1.name }
    let entries = ordered.map { item in
      let (rows, columns) = (item.matrix.rows, item.matrix.columns)
      return Entry(name: item.name, type: .f32, shape: [rows, columns], count: rows * columns)
    }
    return file(entries, metadata) { write in
      for item in ordered { item.matrix.forEachRun { write(UnsafeRawBufferPointer($0)) } }
    }
  }

  /// A tensor that the header announces.
  private struct Entry {
    var name: String
    var type: ElementType
    var shape: [Int]
    /// Elements.
    var count: Int

    var bytes: Int { count * type.size }
  }

  /// - Parameter contents: calls its argument with the elements' bytes, in the order of the entries.
  private static func file(
    _ entries: [Entry], _ metadata: [String: String],
    contents: ((UnsafeRawBufferPointer) -> Void) -> Void
  ) -> Data {
    let header = header(entries, metadata)
    var data = Data(count: 8 + header.count + entries.reduce(0) { $0 + $1.bytes })
    data.withUnsafeMutableBytes { file in
      var position = 0
      func write(_ bytes: UnsafeRawBufferPointer) {
        UnsafeMutableRawBufferPointer(rebasing: file[position...]).copyMemory(from: bytes)
        position += bytes.count
      }
      withUnsafeBytes(of: UInt64(header.count).littleEndian, write)
      header.withUnsafeBytes(write)
      contents(write)
      precondition(position == file.count, "a tensor has as many elements as its shape says")
    }
    return data
  }

  /// JSON, padded with spaces to a multiple of eight bytes.
  private static func header(_ entries: [Entry], _ metadata: [String: String]) -> [UInt8] {
    var members: [String] = []
    if !metadata.isEmpty {
      let pairs = metadata.sorted { $0.key < $1.key }.map { "\(quoted($0)):\(quoted($1))" }
      members.append("\(quoted(metadataName)):{\(pairs.joined(separator: ","))}")
    }
    var offset = 0
    for entry in entries {
      let end = offset + entry.bytes
      let shape = entry.shape.map(String.init).joined(separator: ",")
      members.append(
        "\(quoted(entry.name)):{\"dtype\":\"\(entry.type.rawValue)\",\"shape\":[\(shape)],"
          + "\"data_offsets\":[\(offset),\(end)]}")
      offset = end
    }
    var header = Array("{\(members.joined(separator: ","))}".utf8)
    header += [UInt8](repeating: UInt8(ascii: " "), count: (8 - header.count % 8) % 8)
    return header
  }

  /// As a JSON string.
  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": result += "\\\(scalar)"
      case "\u{0}"..<" ":
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}

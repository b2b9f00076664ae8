/// An array of a NumPy file (.npy, format versions 1 to 3): numbers, booleans or texts.
struct NumPyArray {
  let shape: [Int]
  private let kind: Kind
  private let itemSize: Int
  private let isBigEndian: Bool
  /// Elements from one index of each dimension to the next.
  private let strides: [Int]
  private let bytes: ArraySlice<UInt8>

  private enum Kind: Character {
    case boolean = "b"
    case signed = "i"
    case unsigned = "u"
    case float = "f"
    case unicode = "U"
    case string = "S"
  }

  /// What the first bytes of a file say.
  struct Header {
    var shape: [Int]
    var type: String
    var isFortranOrder: Bool
    /// The position at which the elements begin.
    var end: Int
  }

  static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)

  /// - Throws: also if `bytes` hold too little of the file.
  static func header(_ bytes: ArraySlice<UInt8>) throws(NumPyProblem) -> Header {
    let bytes = ArraySlice(bytes)
    let start = bytes.startIndex
    guard bytes.starts(with: magic), bytes.count >= 12 else { throw .damaged }
    let isShort = bytes[start + 6] == 1
    let sizeBytes = isShort ? 2 : 4
    let size = (0..<sizeBytes).reduce(0) { $0 | Int(bytes[start + 8 + $1]) << (8 * $1) }
    let end = 8 + sizeBytes + size
    guard bytes[start + 6] <= 3, size < 1 << 20, bytes.count >= end else { throw .damaged }
    let text = String(decoding: bytes[start + 8 + sizeBytes..<start + end], as: UTF8.self)
    guard let type = value(of: "descr", in: text), let order = value(of: "fortran_order", in: text),
      let extents = value(of: "shape", in: text), extents.hasPrefix("(")
    else { throw .damaged }
    // A list: a structured type.
    guard let quote = type.first, "'\"".contains(quote) else { throw .structured }
    let parts = extents.dropFirst().prefix { $0 != ")" }.split(separator: ",")
      .map { $0.filter { !$0.isWhitespace && $0 != "L" } }.filter { !$0.isEmpty }
    let shape = parts.compactMap { Int($0) }
    guard shape.count == parts.count, shape.count <= 32, shape.allSatisfy({ $0 >= 0 }) else { throw .damaged }
    return Header(
      shape: shape, type: String(type.dropFirst().prefix { $0 != quote }),
      isFortranOrder: order.hasPrefix("True"), end: end)
  }

  /// What follows a key of a dictionary in Python's spelling.
  private static func value(of key: String, in text: String) -> Substring? {
    guard let place = text.firstRange(of: "'\(key)':") ?? text.firstRange(of: "\"\(key)\":") else {
      return nil
    }
    return text[place.upperBound...].drop { $0.isWhitespace }
  }

  /// - Parameter file: the whole file, which bounds the number of elements.
  init(_ file: ArraySlice<UInt8>) throws(NumPyProblem) {
    let header = try Self.header(file)
    var type = Substring(header.type)
    var isBigEndian = false
    if let mark = type.first, "<>|=".contains(mark) {
      isBigEndian = mark == ">"
      type = type.dropFirst()
    }
    guard let letter = type.first, let kind = Kind(rawValue: letter) else {
      throw type.first == "O" ? .objects : .type(header.type)
    }
    guard let number = Int(type.dropFirst()), number > 0, number <= 1 << 16 else { throw .type(header.type) }
    let itemSize = kind == .unicode ? 4 * number : number
    let sizes: [Int]? =
      switch kind {
      case .boolean: [1]
      case .signed, .unsigned: [1, 2, 4, 8]
      case .float: [2, 4, 8]
      case .unicode, .string: nil
      }
    guard sizes?.contains(itemSize) ?? true else { throw .type(header.type) }
    // An array may have no rows, but rows without elements could be as many as they like in a file of any size.
    guard header.shape.dropFirst().allSatisfy({ $0 > 0 }) else { throw .emptyRows(header.shape) }
    // The rows, which may be none, are multiplied last: so no product of extents overflows.
    var count = 1
    for extent in header.shape.reversed() {
      let (product, overflows) = count.multipliedReportingOverflow(by: extent)
      guard !overflows, product <= 1 << 40 else { throw .damaged }
      count = product
    }
    guard file.count - header.end >= count * itemSize else { throw .truncated }
    var strides = header.shape
    var stride = 1
    for dimension in header.isFortranOrder ? Array(strides.indices) : strides.indices.reversed() {
      strides[dimension] = stride
      stride *= header.shape[dimension]
    }
    (shape, self.kind, self.itemSize, self.isBigEndian) = (header.shape, kind, itemSize, isBigEndian)
    self.strides = strides
    bytes = file.dropFirst(header.end)
  }

  /// - Parameter path: named in errors.
  init(_ bytes: ArraySlice<UInt8>, file path: String) throws(DataError) {
    do throws(NumPyProblem) {
      self = try NumPyArray(bytes)
    } catch {
      throw DataError(.numpy(error), file: path)
    }
  }

  var isText: Bool { kind == .unicode || kind == .string }
  var isBoolean: Bool { kind == .boolean }
  var isInteger: Bool { kind == .signed || kind == .unsigned || kind == .boolean }

  /// The element at an index of each dimension.
  private func place(_ index: [Int]) -> Int {
    var element = 0
    for (dimension, position) in index.enumerated() { element += position * strides[dimension] }
    return bytes.startIndex + element * itemSize
  }

  private func bits(_ start: Int, _ size: Int) -> UInt64 {
    var result: UInt64 = 0
    for byte in 0..<size {
      result = result << 8 | UInt64(bytes[start + (isBigEndian ? byte : size - 1 - byte)])
    }
    return result
  }

  /// A number; NaN of a text.
  func number(_ index: Int...) -> Double { number(at: index) }

  func number(at index: [Int]) -> Double {
    let raw = bits(place(index), min(itemSize, 8))
    switch kind {
    case .boolean, .unsigned: return Double(raw)
    case .signed: return Double(signed(raw))
    case .float:
      switch itemSize {
      case 2: return Double(Self.half(UInt16(truncatingIfNeeded: raw)))
      case 4: return Double(Float(bitPattern: UInt32(truncatingIfNeeded: raw)))
      default: return Double(bitPattern: raw)
      }
    case .unicode, .string: return .nan
    }
  }

  private func signed(_ raw: UInt64) -> Int64 {
    let shift = 64 - 8 * itemSize
    return Int64(bitPattern: raw << shift) >> shift
  }

  /// IEEE 754 half precision.
  private static func half(_ bits: UInt16) -> Float {
    let (exponent, fraction) = (Int(bits >> 10 & 31), Float(bits & 1023))
    let size: Float =
      switch exponent {
      case 0: fraction * 0x1p-24
      case 31: fraction == 0 ? .infinity : .nan
      default: (1 + fraction / 1024) * Float(sign: .plus, exponent: exponent - 15, significand: 1)
      }
    return bits >> 15 == 1 ? -size : size
  }

  /// The element as a cell of a table: whole numbers exactly, fractions in their shortest form, nothing for NaN.
  func text(at index: [Int]) -> String {
    let start = place(index)
    switch kind {
    case .boolean, .unsigned: return String(bits(start, itemSize))
    case .signed: return String(signed(bits(start, itemSize)))
    case .float:
      let value = number(at: index)
      if value.isNaN { return "" }
      if value == value.rounded(), abs(value) < 1e15 { return String(Int64(value)) }
      return itemSize == 8 ? "\(value)" : "\(Float(value))"
    case .string:
      let cell = bytes[start..<start + itemSize]
      return String(
        decoding: cell.prefix((cell.lastIndex { $0 != 0 } ?? start - 1) + 1 - start), as: UTF8.self)
    case .unicode:
      var text = ""
      for position in 0..<itemSize / 4 {
        let code = UInt32(truncatingIfNeeded: bits(start + 4 * position, 4))
        if code == 0 { break }
        text.unicodeScalars.append(Unicode.Scalar(code) ?? "\u{FFFD}")
      }
      return text
    }
  }
}

/// What can be wrong with NumPy's files.
public enum NumPyProblem: Error, Equatable, Sendable {
  case damaged
  case truncated
  case structured
  case objects
  case type(String)
  case damagedArchive
  /// The contents of a file of an archive are not those that were packed.
  case checksum(member: String)
  /// There are rows, but none has an element.
  case emptyRows([Int])
  case noArray([String])
  case shape([Int])
  case targetShape([Int], rows: Int)
  case pixelRange
  /// A pixel that is NaN; `image`: from 0.
  case undefinedPixel(image: Int)
  /// A pixel above 1, although the training images' pixels are fractions.
  case pixelsAboveOne(Double)
  case noTarget
  /// A target that is no class; `row`: from 0.
  case valueOfImage(String, row: Int)
  case undefinedTarget(row: Int)
  /// Almost every image has a target of its own.
  case manyTargets(Int, rows: Int)
}

import CZlib

/// The files of a zip archive that lies in memory, stored or deflated: what numpy.savez writes.
struct ZipArchive {
  /// The archive's path.
  let file: String
  private let bytes: [UInt8]
  private let entries: [Entry]

  private struct Entry {
    var name: String
    var method: Int
    var packed: Int
    var size: Int
    /// CRC-32 of its unpacked bytes.
    var checksum: UInt
    /// The position of its local header.
    var offset: Int
  }

  static func isZip(_ start: [UInt8]) -> Bool { start.starts(with: [0x50, 0x4B, 3, 4]) }

  var names: [String] { entries.map(\.name) }

  private var damaged: DataError { Self.damaged(file) }

  private static func damaged(_ file: String) -> DataError { DataError(.numpy(.damagedArchive), file: file) }

  /// Reads the central directory.
  ///
  /// - Parameter file: named in errors.
  init(_ bytes: [UInt8], file: String) throws(DataError) {
    (self.file, self.bytes) = (file, bytes)
    let damaged = Self.damaged(file)
    func number(_ at: Int, _ size: Int) throws(DataError) -> Int {
      guard at >= 0, at + size <= bytes.count else { throw damaged }
      let value = (0..<size).reduce(UInt64(0)) { $0 | UInt64(bytes[at + $1]) << (8 * $1) }
      guard value < 1 << 48 else { throw damaged }
      return Int(value)
    }
    // The end of the central directory, before a comment of at most 64 KB.
    let signature: [UInt8] = [0x50, 0x4B, 5, 6]
    let last = bytes.count - 22
    guard last >= 0,
      let end = stride(from: last, through: max(0, last - 65_535), by: -1).first(where: {
        bytes[$0...].starts(with: signature)
      })
    else { throw damaged }
    var (count, at) = (try number(end + 10, 2), try number(end + 16, 4))
    // Zip64: the true numbers are in another record, which a locator before the end leads to.
    if at == 0xFFFF_FFFF || count == 0xFFFF, end >= 20, try number(end - 20, 4) == 0x0706_4B50 {
      let record = try number(end - 12, 8)
      (count, at) = (try number(record + 32, 8), try number(record + 48, 8))
    }
    var entries: [Entry] = []
    for _ in 0..<min(count, 10_000) {
      guard try number(at, 4) == 0x0201_4B50 else { throw damaged }
      let (nameSize, extraSize, commentSize) = (
        try number(at + 28, 2), try number(at + 30, 2), try number(at + 32, 2)
      )
      guard at + 46 + nameSize + extraSize <= bytes.count else { throw damaged }
      var entry = Entry(
        name: String(decoding: bytes[at + 46..<at + 46 + nameSize], as: UTF8.self),
        method: try number(at + 10, 2), packed: try number(at + 20, 4), size: try number(at + 24, 4),
        checksum: UInt(try number(at + 16, 4)), offset: try number(at + 42, 4))
      var extra = at + 46 + nameSize
      let extraEnd = extra + extraSize
      while extra + 4 <= extraEnd {
        var field = extra + 4
        let next = field + (try number(extra + 2, 2))
        if try number(extra, 2) == 1 {
          if entry.size == 0xFFFF_FFFF { (entry.size, field) = (try number(field, 8), field + 8) }
          if entry.packed == 0xFFFF_FFFF { (entry.packed, field) = (try number(field, 8), field + 8) }
          if entry.offset == 0xFFFF_FFFF { entry.offset = try number(field, 8) }
        }
        extra = next
      }
      entries.append(entry)
      at = extraEnd + commentSize
    }
    self.entries = entries
  }

  /// The contents of a file, checked against their checksum; `nil` if there is none of this name.
  func contents(_ name: String) throws(DataError) -> ArraySlice<UInt8>? {
    guard let entry = entries.first(where: { $0.name == name }) else { return nil }
    let header = entry.offset
    guard header + 30 <= bytes.count, bytes[header...].starts(with: [0x50, 0x4B, 3, 4]) else {
      throw damaged
    }
    let start =
      header + 30 + Int(bytes[header + 26]) + Int(bytes[header + 27]) << 8 + Int(bytes[header + 28])
      + Int(bytes[header + 29]) << 8
    guard start <= bytes.count, entry.packed <= bytes.count - start else { throw damaged }
    let packed = bytes[start..<start + entry.packed]
    let contents: ArraySlice<UInt8>
    switch entry.method {
    case 0 where entry.size == entry.packed: contents = packed
    // Deflate makes at most 1,032 bytes of one.
    case 8 where entry.size / 1_100 <= entry.packed + 1:
      try checkMemory(bytes: entry.size, file: file)
      contents = try inflated(packed, size: entry.size)
    default: throw damaged
    }
    guard Self.checksum(contents) == entry.checksum else {
      throw DataError(.numpy(.checksum(member: name)), file: file)
    }
    return contents
  }

  /// CRC-32, in pieces whose size zlib can count.
  private static func checksum(_ bytes: ArraySlice<UInt8>) -> UInt {
    bytes.withUnsafeBufferPointer { bytes in
      var (sum, start) = (UInt(0), 0)
      while start < bytes.count {
        let size = min(bytes.count - start, 1 << 30)
        sum = UInt(crc32(sum, bytes.baseAddress.map { $0 + start }, UInt32(size)))
        start += size
      }
      return sum
    }
  }

  private func inflated(_ packed: ArraySlice<UInt8>, size: Int) throws(DataError) -> ArraySlice<UInt8> {
    var stream = z_stream()
    guard inflateInit2_(&stream, -15, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
      throw damaged
    }
    defer { inflateEnd(&stream) }
    var isWhole = false
    let result = [UInt8](unsafeUninitializedCapacity: size) { target, count in
      packed.withUnsafeBufferPointer { source in
        var (read, status) = (0, Z_OK)
        while status == Z_OK {
          let (input, output) = (min(source.count - read, 1 << 30), min(size - count, 1 << 30))
          stream.next_in = UnsafeMutablePointer(mutating: source.baseAddress.map { $0 + read })
          stream.avail_in = UInt32(input)
          stream.next_out = target.baseAddress.map { $0 + count }
          stream.avail_out = UInt32(output)
          status = inflate(&stream, Z_NO_FLUSH)
          let (taken, given) = (input - Int(stream.avail_in), output - Int(stream.avail_out))
          read += taken
          count += given
          if taken == 0 && given == 0 { break }
        }
        isWhole = status == Z_STREAM_END && count == size
      }
    }
    guard isWhole else { throw damaged }
    return result[...]
  }
}

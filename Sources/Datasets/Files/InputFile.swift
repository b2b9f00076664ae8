import CZlib
import Glibc

/// The bytes of a file from first to last, decompressed if they are gzip, whatever the file's name.
///
/// It works on pipes: no byte is read twice. As gzip(1) does, it decompresses all members of a gzip file and ignores
/// what follows the last one.
///
/// Sendable, because its buffers have one owner at a time.
package struct InputFile: ~Copyable, @unchecked Sendable {
  package let path: String
  /// Whether the bytes can be read only once.
  let isPipe: Bool
  /// −1: all bytes are in `chunk`.
  private let descriptor: Int32
  private static let chunkSize = 1 << 16
  private let capacity: Int
  /// The bytes that were read from the file and not returned yet: `chunk[chunkStart ..< chunkEnd]`.
  private let chunk: UnsafeMutablePointer<UInt8>
  private var chunkStart = 0
  private var chunkEnd = 0
  /// Non-nil for gzip. zlib keeps a pointer to it, so it must not move.
  private var inflater: UnsafeMutablePointer<z_stream>?
  private var isBetweenMembers = false
  /// Whether only bytes that follow the last gzip member are left.
  private var isPastLastMember = false
  /// Returned by `peek`, still to be read.
  private var peeked: [UInt8] = []

  /// Not an initializer, because one of a non-copyable type cannot throw once it is initialized.
  package static func opened(_ path: String) throws(DataError) -> InputFile {
    let (descriptor, isPipe) = try descriptor(path)
    var file = InputFile(path, descriptor: descriptor, isPipe: isPipe)
    try file.detectCompression()
    return file
  }

  /// A file whose bytes, not compressed, were read before.
  init(_ path: String, contents: [UInt8]) {
    self.path = path
    (descriptor, isPipe, capacity) = (-1, false, contents.count)
    chunk = .allocate(capacity: max(contents.count, 1))
    contents.withUnsafeBufferPointer { bytes in
      if let base = bytes.baseAddress { chunk.initialize(from: base, count: bytes.count) }
    }
    chunkEnd = contents.count
  }

  private mutating func detectCompression() throws(DataError) {
    while chunkEnd < 2, try fillChunk() {}
    if chunkEnd >= 2, chunk[0] == 0x1F, chunk[1] == 0x8B {
      let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
      stream.initialize(to: z_stream())
      let status = inflateInit2_(stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
      guard status == Z_OK else {
        stream.deallocate()
        throw DataError(.file(.outOfMemory), file: path)
      }
      inflater = stream
    }
  }

  private init(_ path: String, descriptor: Int32, isPipe: Bool) {
    self.path = path
    self.descriptor = descriptor
    self.isPipe = isPipe
    capacity = Self.chunkSize
    chunk = .allocate(capacity: capacity)
  }

  private static func descriptor(_ path: String) throws(DataError) -> (Int32, isPipe: Bool) {
    // Standard input stays open when the file is closed.
    let descriptor = path == "-" ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0) : open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw error(errno, path) }
    var status = stat()
    let kind = fstat(descriptor, &status) == 0 ? status.st_mode & S_IFMT : S_IFREG
    if kind == S_IFDIR {
      close(descriptor)
      throw DataError(.file(.notAFile), file: path)
    }
    return (descriptor, isPipe: [S_IFIFO, S_IFSOCK, S_IFCHR].contains(kind))
  }

  deinit {
    if let inflater {
      inflateEnd(inflater)
      inflater.deallocate()
    }
    chunk.deallocate()
    if descriptor >= 0 { close(descriptor) }
  }

  /// Fills the buffer from its start and returns how many bytes it got: fewer than it holds only at the end.
  package mutating func read(into buffer: UnsafeMutableBufferPointer<UInt8>) throws(DataError) -> Int {
    var count = min(peeked.count, buffer.count)
    for index in 0..<count { buffer[index] = peeked[index] }
    peeked.removeFirst(count)
    while count < buffer.count {
      let more = try readSome(into: UnsafeMutableBufferPointer(rebasing: buffer[count...]))
      if more == 0 { break }
      count += more
    }
    return count
  }

  /// The next bytes, without taking them; fewer than `count` only at the end.
  package mutating func peek(_ count: Int) throws(DataError) -> [UInt8] {
    let buffer = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: count)
    defer { buffer.deallocate() }
    let found = try read(into: buffer)
    peeked.insert(contentsOf: buffer[..<found], at: 0)
    return Array(buffer[..<found])
  }

  /// All bytes that were not read yet.
  package mutating func rest() throws(DataError) -> [UInt8] {
    let chunk = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: 1 << 20)
    defer { chunk.deallocate() }
    var bytes: [UInt8] = []
    while true {
      let count = try read(into: chunk)
      bytes.append(contentsOf: chunk[..<count])
      if count < chunk.count { return bytes }
      try checkMemory(bytes: bytes.count, file: path)
    }
  }

  private mutating func readSome(into buffer: UnsafeMutableBufferPointer<UInt8>) throws(DataError) -> Int {
    if let inflater { return try inflateSome(inflater, into: buffer) }
    if chunkStart == chunkEnd, try !fillChunk() { return 0 }
    let count = min(chunkEnd - chunkStart, buffer.count)
    buffer.baseAddress!.update(from: chunk + chunkStart, count: count)
    chunkStart += count
    return count
  }

  private mutating func inflateSome(
    _ stream: UnsafeMutablePointer<z_stream>, into buffer: UnsafeMutableBufferPointer<UInt8>
  ) throws(DataError) -> Int {
    stream.pointee.next_out = buffer.baseAddress
    stream.pointee.avail_out = UInt32(clamping: buffer.count)
    let wanted = Int(stream.pointee.avail_out)
    while stream.pointee.avail_out == wanted {
      if isBetweenMembers, try !startNextMember(stream) { return 0 }
      if chunkStart == chunkEnd, try !fillChunk() { throw DataError(.file(.truncatedGzip), file: path) }
      stream.pointee.next_in = chunk + chunkStart
      stream.pointee.avail_in = UInt32(chunkEnd - chunkStart)
      let status = CZlib.inflate(stream, Z_NO_FLUSH)
      chunkStart = chunkEnd - Int(stream.pointee.avail_in)
      switch status {
      case Z_OK: break
      case Z_STREAM_END: isBetweenMembers = true
      case Z_MEM_ERROR: throw DataError(.file(.outOfMemory), file: path)
      default: throw DataError(.file(.damagedGzip), file: path)
      }
    }
    return wanted - Int(stream.pointee.avail_out)
  }

  /// Begins the next gzip member; false if there is none: the file ends here, or goes on with zeros, which pad it, or
  /// with other bytes, which do not belong to it.
  private mutating func startNextMember(_ stream: UnsafeMutablePointer<z_stream>) throws(DataError) -> Bool {
    if isPastLastMember { return false }
    while chunkEnd - chunkStart < 2, try fillChunk() {}
    guard chunkEnd - chunkStart >= 2, chunk[chunkStart] == 0x1F, chunk[chunkStart + 1] == 0x8B else {
      isPastLastMember = true
      return false
    }
    inflateReset(stream)
    isBetweenMembers = false
    return true
  }

  /// Appends the file's next bytes to the chunk; false at the end of the file.
  private mutating func fillChunk() throws(DataError) -> Bool {
    if descriptor < 0 { return false }
    if chunkStart > 0 {
      chunk.update(from: chunk + chunkStart, count: chunkEnd - chunkStart)
      (chunkStart, chunkEnd) = (0, chunkEnd - chunkStart)
    }
    while true {
      let count = Glibc.read(descriptor, chunk + chunkEnd, capacity - chunkEnd)
      if count >= 0 {
        chunkEnd += count
        return count > 0
      }
      if errno != EINTR { throw Self.error(errno, path) }
    }
  }

  private static func error(_ code: Int32, _ path: String) -> DataError {
    switch code {
    case ENOENT, ENOTDIR: DataError(.file(.notFound), file: path)
    case EACCES, EPERM: DataError(.file(.notPermitted), file: path)
    default: DataError(.file(.unreadable(code: code)), file: path)
    }
  }
}

import CZlib
import Glibc

/// The bytes of a file from first to last, decompressed if they are gzip, whatever the file's name.
///
/// Works on pipes too: nothing is read twice.
package struct InputFile: ~Copyable {
  package let path: String
  private let descriptor: Int32
  private static let chunkSize = 1 << 16
  /// What was read from the file and not handed on yet: `chunk[chunkStart ..< chunkEnd]`.
  private let chunk: UnsafeMutablePointer<UInt8>
  private var chunkStart = 0
  private var chunkEnd = 0
  /// Non-nil for gzip. zlib keeps a pointer to it, so it may not move.
  private var inflater: UnsafeMutablePointer<z_stream>?
  private var isBetweenMembers = false
  /// Handed out by `peek`, still to be read.
  private var peeked: [UInt8] = []

  /// Not an initialiser, because one of a non-copyable type cannot throw once it is initialised.
  package static func opened(_ path: String) throws(DataError) -> InputFile {
    var file = InputFile(path, descriptor: try descriptor(path))
    try file.detectCompression()
    return file
  }

  private mutating func detectCompression() throws(DataError) {
    while chunkEnd < 2, try fillChunk() {}
    if chunkEnd >= 2, chunk[0] == 0x1F, chunk[1] == 0x8B {
      let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
      stream.initialize(to: z_stream())
      let status = inflateInit2_(stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
      precondition(status == Z_OK, "zlib could not start")
      inflater = stream
    }
  }

  private init(_ path: String, descriptor: Int32) {
    self.path = path
    self.descriptor = descriptor
    chunk = .allocate(capacity: Self.chunkSize)
  }

  private static func descriptor(_ path: String) throws(DataError) -> Int32 {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw error(errno, path) }
    var status = stat()
    if fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFDIR {
      close(descriptor)
      throw DataError(.notAFile, file: path)
    }
    return descriptor
  }

  deinit {
    if let inflater {
      inflateEnd(inflater)
      inflater.deallocate()
    }
    chunk.deallocate()
    close(descriptor)
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
      if chunkStart == chunkEnd, try !fillChunk() {
        if isBetweenMembers { return 0 }
        throw DataError(.truncatedGzip, file: path)
      }
      if isBetweenMembers {
        inflateReset(stream)
        isBetweenMembers = false
      }
      stream.pointee.next_in = chunk + chunkStart
      stream.pointee.avail_in = UInt32(chunkEnd - chunkStart)
      let status = CZlib.inflate(stream, Z_NO_FLUSH)
      chunkStart = chunkEnd - Int(stream.pointee.avail_in)
      switch status {
      case Z_OK: break
      case Z_STREAM_END: isBetweenMembers = true
      default: throw DataError(.damagedGzip, file: path)
      }
    }
    return wanted - Int(stream.pointee.avail_out)
  }

  /// Reads what the file has to offer, after what is there; false at its end.
  private mutating func fillChunk() throws(DataError) -> Bool {
    if chunkStart == chunkEnd { (chunkStart, chunkEnd) = (0, 0) }
    while true {
      let count = Glibc.read(descriptor, chunk + chunkEnd, Self.chunkSize - chunkEnd)
      if count >= 0 {
        chunkEnd += count
        return count > 0
      }
      if errno != EINTR { throw Self.error(errno, path) }
    }
  }

  private static func error(_ code: Int32, _ path: String) -> DataError {
    switch code {
    case ENOENT, ENOTDIR: DataError(.notFound, file: path)
    case EACCES, EPERM: DataError(.notPermitted, file: path)
    default: DataError(.unreadable(code: code), file: path)
    }
  }
}

import Glibc

/// Whether pictures are gray or colored, read from their headers without decoding them.
enum PictureColors {
  /// Shades in one channel.
  case gray
  case colored

  /// Reads the header of one picture; `nil` if it is not within these first bytes of the file.
  init?(start: [UInt8]) {
    self.init { place, count in Array(start.dropFirst(place).prefix(count)) }
  }

  /// `nil` if the file is no picture, or cannot be read.
  init?(ofFile path: String) {
    // Without waiting for those who write to a pipe.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    self.init { place, count in
      [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
        filled = max(0, pread(descriptor, buffer.baseAddress, count, off_t(place)))
      }
    }
  }

  /// Reads the headers of several pictures: gray if none is colored; `nil` if no header can be read.
  init?(ofFiles paths: [String]) {
    var found: PictureColors?
    for path in paths {
      guard let colors = PictureColors(ofFile: path) else { continue }
      found = colors
      if colors == .colored { break }
    }
    guard let found else { return nil }
    self = found
  }

  /// - Parameter bytes: at a place of the file, so many of them, or fewer at its end.
  private init?(_ bytes: (_ place: Int, _ count: Int) -> [UInt8]) {
    let start = bytes(0, 26)
    if start.count == 26, start.starts(with: PictureFile.pngStart) {
      // The kind of colors stands behind width, height and depth: 0 is gray, 4 gray with transparency.
      self = start[25] & 3 == 0 ? .gray : .colored
    } else if start.starts(with: PictureFile.jpegStart), let channels = Self.channels(bytes) {
      self = channels == 1 ? .gray : .colored
    } else {
      return nil
    }
  }

  /// The number of channels of a JPEG file, from the header of its frame; `nil` if it has none.
  private static func channels(_ bytes: (_ place: Int, _ count: Int) -> [UInt8]) -> UInt8? {
    var place = 2
    // More segments than previews and profiles take.
    for _ in 0..<1_000 {
      let segment = bytes(place, 10)
      guard segment.count == 10, segment[0] == 0xFF else { return nil }
      // Those of the sixteen that are no frames are tables.
      if (0xC0...0xCF).contains(segment[1]), ![0xC4, 0xC8, 0xCC].contains(segment[1]) { return segment[9] }
      place += segment[1] == 0xFF ? 1 : 2 + Int(segment[2]) << 8 + Int(segment[3])
    }
    return nil
  }
}

import CImages
import Glibc

/// A picture in a PNG or JPEG file, resized.
enum PictureFile {
  enum Failure: Error, Equatable {
    /// The picture cannot be read; the text says why, in a few words.
    case unreadable(String)
    case noLibrary
    /// It has colors where shades of gray are expected.
    case colored
  }

  private static let maxBytes = 1 << 29

  static let pngStart: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 13, 10, 26, 10]
  static let jpegStart: [UInt8] = [0xFF, 0xD8, 0xFF]

  /// Whether a file's first bytes are those of a picture.
  static func isPicture(_ start: [UInt8]) -> Bool {
    start.starts(with: pngStart) || start.starts(with: jpegStart)
  }

  /// Whether a name is one of pictures that are read here.
  static func isNamed(_ name: String) -> Bool {
    let name = name.lowercased()
    return [".png", ".jpg", ".jpeg"].contains { name.hasSuffix($0) } && !name.hasPrefix(".")
  }

  /// Whether a name is one of pictures in a format that is not read here.
  static func isNamedAsAnother(_ name: String) -> Bool {
    let name = name.lowercased()
    let endings = [".webp", ".gif", ".bmp", ".tif", ".tiff", ".heic", ".avif", ".jp2", ".ppm", ".svg"]
    return endings.contains { name.hasSuffix($0) } && !name.hasPrefix(".")
  }

  /// Its pixels, [height, width, channels], stretched or shrunk to a shape.
  ///
  /// - Throws: also if a picture has colors and the shape one channel.
  static func pixels(_ bytes: [UInt8], _ shape: ImageShape) throws(Failure) -> [UInt8] {
    let colors = try colors(bytes, width: shape.width, height: shape.height)
    guard shape.channels == 1 else { return colors }
    let starts = stride(from: 0, to: colors.count, by: 3)
    let isGray = starts.allSatisfy { colors[$0] == colors[$0 + 1] && colors[$0] == colors[$0 + 2] }
    guard isGray else { throw .colored }
    return starts.map { colors[$0] }
  }

  /// Its pixels, [height, width, 3], stretched or shrunk to a size.
  private static func colors(_ bytes: [UInt8], width: Int, height: Int) throws(Failure) -> [UInt8] {
    var image = awn_image()
    let status = Int(awn_image_decode(bytes, bytes.count, &image))
    defer { awn_image_free(&image) }
    switch status {
    case AWN_IMAGE_OK: break
    case AWN_IMAGE_NO_LIBRARY: throw .noLibrary
    case AWN_IMAGE_OTHER: throw .unreadable(bytes.isEmpty ? "it is empty" : "it is neither PNG nor JPEG")
    case AWN_IMAGE_TOO_LARGE: throw .unreadable("it has more than 100 million pixels")
    case AWN_IMAGE_NO_MEMORY: throw .unreadable("there is not enough memory")
    default:
      let message = withUnsafeBytes(of: image.message) { raw in
        String(decoding: raw.prefix { $0 != 0 }, as: UTF8.self)
      }
      throw .unreadable(message.isEmpty ? "it is damaged" : message)
    }
    let source = UnsafeBufferPointer(start: image.pixels, count: Int(image.width * image.height) * 3)
    return PictureResizer(from: Int(image.width), Int(image.height), to: width, height).resized(source)
  }

  static func pixels(ofFile path: String, _ shape: ImageShape) throws(Failure) -> [UInt8] {
    try pixels(contents(path), shape)
  }

  private static func contents(_ path: String) throws(Failure) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .unreadable(String(cString: strerror(errno))) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_size <= maxBytes else {
      throw .unreadable("it is too large")
    }
    let size = Int(status.st_size)
    var failure: Int32 = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      while count < size {
        let more = read(descriptor, buffer.baseAddress! + count, size - count)
        if more < 0 && errno == EINTR { continue }
        if more < 0 { failure = errno }
        if more <= 0 { break }
        count += more
      }
    }
    if failure != 0 { throw .unreadable(String(cString: strerror(failure))) }
    return bytes
  }
}

/// Resizes pictures of three channels: a triangle filter that is as wide as the pixels it merges, so that nothing is
/// skipped when a picture is shrunk (as Pillow's BILINEAR).
struct PictureResizer {
  private let (width, height): (Int, Int)
  private let columns: Filter
  private let rows: Filter

  init(from width: Int, _ height: Int, to newWidth: Int, _ newHeight: Int) {
    (self.width, self.height) = (width, height)
    columns = Filter(from: width, to: newWidth)
    rows = Filter(from: height, to: newHeight)
  }

  /// The resampling filter of one dimension: for each new pixel, the first old pixel that contributes, and the weights
  /// of it and those after it.
  private struct Filter {
    var starts: [Int] = []
    /// [new pixels, taps], whose sum is 1.
    var weights: [Float] = []
    let taps: Int

    init(from old: Int, to new: Int) {
      let scale = Double(old) / Double(new)
      let support = max(1, scale)
      taps = min(old, Int((2 * support).rounded(.up)) + 1)
      for pixel in 0..<new {
        let center = (Double(pixel) + 0.5) * scale
        let first = min(max(0, Int((center - support + 0.5).rounded(.down))), old - taps)
        let raw = (0..<taps).map { tap -> Double in
          let distance = Double(first + tap) + 0.5 - center
          return max(0, 1 - abs(distance) / support)
        }
        let sum = raw.reduce(0, +)
        starts.append(first)
        weights += raw.map { Float($0 / sum) }
      }
    }
  }

  /// - Parameter source: [height, width, 3]
  func resized(_ source: UnsafeBufferPointer<UInt8>) -> [UInt8] {
    let (newWidth, newHeight) = (columns.starts.count, rows.starts.count)
    if newWidth == width && newHeight == height { return Array(source) }
    // First rows become shorter, then there are fewer of them.
    let narrow = [Float](unsafeUninitializedCapacity: height * newWidth * 3) { target, count in
      for y in 0..<height {
        for x in 0..<newWidth {
          var sum = SIMD4<Float>()
          let start = (y * width + columns.starts[x]) * 3
          for tap in 0..<columns.taps {
            let at = start + tap * 3
            let color = SIMD4<Float>(Float(source[at]), Float(source[at + 1]), Float(source[at + 2]), 0)
            sum += columns.weights[x * columns.taps + tap] * color
          }
          for channel in 0..<3 {
            target.initializeElement(at: (y * newWidth + x) * 3 + channel, to: sum[channel])
          }
        }
      }
      count = height * newWidth * 3
    }
    let stride = newWidth * 3
    return [UInt8](unsafeUninitializedCapacity: newHeight * stride) { target, count in
      for y in 0..<newHeight {
        for x in 0..<stride {
          var sum: Float = 0
          for tap in 0..<rows.taps {
            sum += rows.weights[y * rows.taps + tap] * narrow[(rows.starts[y] + tap) * stride + x]
          }
          target.initializeElement(at: y * stride + x, to: UInt8(min(max(sum.rounded(), 0), 255)))
        }
      }
      count = newHeight * stride
    }
  }
}

/// The layout of the pixels of images in an array.
struct PixelLayout {
  let rows: Int
  let image: ImageShape
  private let isPlanar: Bool
  private let hasChannels: Bool

  /// [rows, height, width], [rows, height, width, channels] or [rows, channels, height, width]; `nil`: no such shape.
  init?(_ shape: [Int]) {
    guard shape.count == 3 || shape.count == 4, shape.allSatisfy({ $0 > 0 && $0 <= Int(Int32.max) }) else {
      return nil
    }
    rows = shape[0]
    hasChannels = shape.count == 4
    let isLast = hasChannels && (shape[3] == 1 || shape[3] == 3)
    isPlanar = hasChannels && !isLast
    guard !isPlanar || shape[1] == 1 || shape[1] == 3 else { return nil }
    let (height, width) = isPlanar ? (shape[2], shape[3]) : (shape[1], shape[2])
    image = ImageShape(
      width: width, height: height, channels: hasChannels ? (isPlanar ? shape[1] : shape[3]) : 1)
    guard let size = image.size, size <= 1 << 26 else { return nil }
  }

  private func number(_ array: NumPyArray, _ row: Int, _ y: Int, _ x: Int, _ channel: Int) -> Double {
    if !hasChannels { return array.number(row, y, x) }
    return isPlanar ? array.number(row, channel, y, x) : array.number(row, y, x, channel)
  }

  private func forEachNumber(_ array: NumPyArray, row: Int, _ body: (Double) -> Void) {
    for y in 0..<image.height {
      for x in 0..<image.width {
        for channel in 0..<image.channels { body(number(array, row, y, x, channel)) }
      }
    }
  }

  /// The largest of all numbers, none of which may be negative or NaN.
  func largest(_ array: NumPyArray) throws(NumPyProblem) -> Double {
    if array.isText { throw .pixelRange }
    var (least, most) = (Double.infinity, -Double.infinity)
    for row in 0..<rows {
      var isDefined = true
      forEachNumber(array, row: row) { value in
        (least, most) = (min(least, value), max(most, value))
        if value.isNaN { isDefined = false }
      }
      guard isDefined else { throw .undefinedPixel(image: row) }
    }
    guard least >= 0, most <= 255 else { throw .pixelRange }
    return most
  }

  /// What a number is multiplied by to be a byte.
  ///
  /// - Parameters:
  ///   - largest: of the array's numbers.
  ///   - range: of the training images; `nil`: they were in another format, or a version read them that did not keep it
  ///     and took numbers of at most 1 for fractions.
  func scale(_ array: NumPyArray, largest: Double, _ range: PixelRange?) throws(NumPyProblem) -> Double {
    let isFraction =
      switch range {
      case _ where array.isBoolean: true
      case nil, .booleans?: largest <= 1
      case _? where array.isInteger: false
      case .fractions?: true
      case .floats?: false
      case .integers?: largest <= 1
      }
    guard isFraction else { return 1 }
    if (255 * largest).rounded() > 255 { throw .pixelsAboveOne(largest) }
    return 255
  }

  func pixels(_ array: NumPyArray, row: Int, _ scale: Double) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(image.size ?? 0)
    forEachNumber(array, row: row) { bytes.append(UInt8(($0 * scale).rounded())) }
    return bytes
  }
}

import LinearAlgebra

/// Images kept as bytes, a quarter of the memory of their features, which are made a minibatch at a time.
public struct PixelRows: Equatable, Sendable {
  public let shape: ImageShape
  /// [rows, height, width, channels]
  public let bytes: [UInt8]
  /// How training moves and mirrors images; `nil`: not at all.
  public var augmentation: Augmentation?
  /// The feature that each byte of each channel is, [channels, 256].
  private let features: [Float]

  /// - Parameter scaling: one mean and scale for each channel of pixels, which lie in 0 … 1; those of further pixels,
  ///   if there are any, are the same.
  public init(shape: ImageShape, bytes: [UInt8], scaling: Scaling, augmentation: Augmentation? = nil) {
    guard let size = shape.size else { preconditionFailure("an image has pixels") }
    precondition(
      bytes.count % size == 0 && scaling.means.count >= shape.channels, "bytes must be [rows, pixels]")
    self.shape = shape
    self.bytes = bytes
    self.augmentation = augmentation
    features = (0..<shape.channels).flatMap { channel in
      (0..<256).map { scaling.standardized(Double($0) / 255, at: channel) }
    }
  }

  /// Numbers of an image.
  private var size: Int { shape.width * shape.height * shape.channels }

  public var rows: Int { bytes.count / size }

  /// result ← the features of the rows, reshaped to [rows, height · width · channels].
  ///
  /// - Parameter epoch: of training, in which every image is moved and mirrored in its own way; `nil`: none is.
  package func gather(_ rows: ArraySlice<Int32>, epoch: Int?, into result: inout Matrix) {
    result.reshape(rows: rows.count, columns: size)
    let (target, stride) = (result.mutableBase, result.stride)
    for (index, row) in rows.enumerated() {
      precondition(row >= 0 && Int(row) < self.rows, "outside the images")
      let move = epoch.flatMap { augmentation?.move(row: Int(row), epoch: $0) } ?? Augmentation.Move()
      write(Int(row), move, to: target + index * stride)
    }
  }

  /// What is moved in from outside has the mean color.
  private func write(_ row: Int, _ move: Augmentation.Move, to target: UnsafeMutablePointer<Float>) {
    let (width, height, channels) = (shape.width, shape.height, shape.channels)
    bytes.withUnsafeBufferPointer { bytes in
      features.withUnsafeBufferPointer { features in
        var target = target
        for y in move.down..<height + move.down {
          for x in 0..<width {
            let column = (move.isMirrored ? width - 1 - x : x) + move.right
            if y >= 0 && y < height && column >= 0 && column < width {
              let pixel = row * size + (y * width + column) * channels
              for channel in 0..<channels {
                target[channel] = features[channel << 8 | Int(bytes[pixel + channel])]
              }
            } else {
              for channel in 0..<channels { target[channel] = 0 }
            }
            target += channels
          }
        }
      }
    }
  }
}

/// Random crops and mirror images of training images: which, depends on seed, epoch and row alone, whatever thread
/// asks.
public struct Augmentation: Equatable, Sendable {
  public var seed: UInt64
  /// The most that an image is moved in either direction, in pixels.
  public var reach = 4

  public init(seed: UInt64) {
    self.seed = seed
  }

  /// A shift and a reflection: the place that a pixel is taken from.
  struct Move: Equatable {
    var down = 0
    var right = 0
    var isMirrored = false
  }

  func move(row: Int, epoch: Int) -> Move {
    let key = seed &+ UInt64(epoch) &* 0x9E37_79B9_7F4A_7C15 &+ UInt64(row) &* 0xD1B5_4A32_D192_ED03
    var stream = RandomStream(seed: key, purpose: "augmentation")
    return Move(
      down: stream.below(2 * reach + 1) - reach, right: stream.below(2 * reach + 1) - reach,
      isMirrored: stream.below(2) == 1)
  }
}

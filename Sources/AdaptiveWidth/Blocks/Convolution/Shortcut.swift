import LinearAlgebra

/// An earlier value that a block of convolutions adds to its own: some pixels of an image, and where its channels go.
public struct Shortcut: Equatable, Sendable {
  /// Height, width and channels of the value.
  public private(set) var image: ImageExtent
  /// The output's channel that each channel of the image is added to; `nil`: that one is added to none.
  public private(set) var targets: [Int?] {
    didSet { firstTarget = Self.first(ofConsecutive: targets) }
  }
  /// The first of consecutive targets; `nil` if they are not.
  public private(set) var firstTarget: Int?

  public init(_ image: ImageExtent, targets: [Int?]) {
    (self.image, self.targets) = (image, targets)
    firstTarget = Self.first(ofConsecutive: targets)
  }

  /// With as many channels of zeros before its own as behind them, or one fewer.
  public init(_ image: ImageExtent, inTheMiddleOf channels: Int) {
    let before = (channels - image.channels) / 2
    self.init(image, targets: (0..<image.channels).map { before + $0 })
  }

  /// Whether a convolution's outputs have the pixels and the channels to be added to, no channel twice.
  public func reaches(_ convolution: Convolution) -> Bool {
    guard image.height > 0, image.width > 0, image.channels > 0, targets.count == image.channels else {
      return false
    }
    let taken = targets.compactMap { $0 }
    guard taken.allSatisfy({ 0..<convolution.outputs ~= $0 }), Set(taken).count == taken.count else {
      return false
    }
    let step = step(to: convolution)
    return (image.height - 1) / step + 1 == convolution.outputHeight
      && (image.width - 1) / step + 1 == convolution.outputWidth
  }

  /// Pixels from one that is taken to the next.
  public func step(to convolution: Convolution) -> Int { (image.height - 1) / convolution.outputHeight + 1 }

  /// Whether the value is added as it is.
  public func isIdentity(to convolution: Convolution) -> Bool {
    image.channels == convolution.outputs && image.height == convolution.outputHeight
      && targets.indices.allSatisfy { targets[$0] == $0 }
  }

  private static func first(ofConsecutive targets: [Int?]) -> Int? {
    guard let first = targets.first ?? nil, targets.indices.allSatisfy({ targets[$0] == first + $0 }) else {
      return nil
    }
    return first
  }

  /// Writes the channels of a pixel of the image to their places in one of the output.
  func place(pixel: UnsafePointer<Float>, in output: UnsafeMutablePointer<Float>) {
    if let first = firstTarget {
      return (output + first).update(from: pixel, count: image.channels)
    }
    for (channel, target) in targets.enumerated() {
      if let target { output[target] = pixel[channel] }
    }
  }

  /// The way back of `place(pixel:in:)`, for gradients.
  func collect(pixel: UnsafeMutablePointer<Float>, from output: UnsafePointer<Float>) {
    if let first = firstTarget {
      return pixel.update(from: output + first, count: image.channels)
    }
    for (channel, target) in targets.enumerated() {
      if let target { pixel[channel] = output[target] }
    }
  }
}

// MARK: Edits

extension Shortcut {
  /// Adds every channel to the output's one of the same number.
  mutating func becomeIdentity(channels: Int) {
    image.channels = channels
    targets = Array(0..<channels)
  }

  /// Keeps the first channels of the image; new ones are added to nothing.
  mutating func resizeChannels(to count: Int) {
    targets = Array(targets.prefix(count)) + Array(repeating: nil, count: max(0, count - targets.count))
    image.channels = count
  }

  /// The image's channel `order[n]` becomes its n-th.
  mutating func permuteChannels(by order: [Int]) { targets = order.map { targets[$0] } }

  /// Keeps the first channels of the output.
  mutating func resizeTargets(to count: Int) {
    targets = targets.map { $0.flatMap { $0 < count ? $0 : nil } }
  }

  /// The output's channel `order[n]` becomes its n-th.
  mutating func permuteTargets(by order: [Int]) {
    var places = [Int](repeating: 0, count: order.count)
    for (new, old) in order.enumerated() { places[old] = new }
    targets = targets.map { $0.map { places[$0] } }
  }
}

import LinearAlgebra

/// A sample of the pixels of a batch of images.
struct PixelSample {
  /// The same number for each image; those of an image follow one another.
  let pixels: [Int]
  let perImage: Int

  /// All pixels, or so many drawn at random: always the same ones for the same number of a batch.
  init(images: Int, pixels: Int, perImage: Int, number: Int) {
    self.perImage = min(perImage, pixels)
    guard perImage < pixels else {
      self.pixels = (0..<images).flatMap { _ in 0..<pixels }
      return
    }
    var random = RandomStream(seed: UInt64(number), purpose: "pixels of repairs")
    self.pixels = (0..<images * perImage).map { _ in random.below(pixels) }
  }

  /// Images of which a convolution's pixels are fitted: more images add more than more pixels of each.
  private static let images = 512
  /// The fewest pixels of each.
  private static let fewestPixels = 16

  /// The first batches, until they hold enough images to fit on. All batches, if an image is one pixel.
  static func batches(of fitting: [Batch], for block: ConvolutionBlock) -> ArraySlice<Batch> {
    if block.convolution.isRowwise { return fitting[...] }
    var images = 0
    let count = fitting.firstIndex { batch in
      images += batch.rows
      return images >= Self.images
    }
    return fitting.prefix(count.map { $0 + 1 } ?? fitting.count)
  }

  /// Pixels to fit of each image of a batch, ten rows for each of so many columns in all.
  init(of block: ConvolutionBlock, images: Int, columns: Int, number: Int, batches: ArraySlice<Batch>) {
    let all = max(1, batches.reduce(0) { $0 + $1.rows })
    self.init(
      images: images, pixels: block.convolution.outputHeight * block.convolution.outputWidth,
      perImage: max(Self.fewestPixels, (10 * columns + all - 1) / all), number: number)
  }

  /// The ridge of a fit of pixels: it grows once there are fewer than ten rows a column.
  static func ridge(columns: Int, rows: Int) -> Ridge {
    let scarcity = Double(columns) / Double(max(1, rows))
    return Ridge(relative: scarcity > 0.1 ? 0.1 * scarcity : 1e-4)
  }

  var rows: Int { pixels.count }

  /// Calls `body` with the number of the row, its image, and the pixel.
  func forEach(_ body: (_ row: Int, _ image: Int, _ pixel: Int) -> Void) {
    for (row, pixel) in pixels.enumerated() { body(row, row / perImage, pixel) }
  }
}

/// Rows of a convolution as a linear map: what one pixel of the output is made of.
extension ConvolutionBlock {
  /// The patches that some pixels of the output see, [rows, channels · kernel²], the taps of a channel side by side.
  func patches(of images: Matrix, _ sample: PixelSample) -> Matrix {
    let (kernel, channels) = (convolution.kernel, convolution.inputs)
    let taps = kernel * kernel
    var result = Matrix(rows: sample.rows, columns: channels * taps)
    let (from, to) = (images.base, result.mutableBase)
    sample.forEach { row, image, pixel in
      let top = pixel / convolution.outputWidth * convolution.stride - kernel / 2
      let left = pixel % convolution.outputWidth * convolution.stride - kernel / 2
      let target = to + row * channels * taps
      for tap in 0..<taps {
        let (y, x) = (top + tap / kernel, left + tap % kernel)
        guard (0..<convolution.height).contains(y), (0..<convolution.width).contains(x) else { continue }
        let source = from + image * images.stride + (y * convolution.width + x) * channels
        for channel in 0..<channels { target[channel * taps + tap] = source[channel] }
      }
    }
    return result
  }

  /// x ∗ W normalized, without a shortcut, of some pixels, [rows, outputs], after a pass that was not for training.
  func normalized(_ buffers: BlockBuffers, _ sample: PixelSample) -> Matrix {
    let channels = convolution.outputs
    var result = Matrix(rows: sample.rows, columns: channels)
    let (from, to) = (buffers.scratch[Place.value].base, result.mutableBase)
    sample.forEach { row, image, pixel in
      let source = from + image * convolution.outputSize + pixel * channels
      for channel in 0..<channels {
        to[row * channels + channel] =
          source[channel] * buffers.channels.a[channel] + buffers.channels.b[channel]
      }
    }
    return result
  }

  /// The shortcut's values at the sampled pixels, [rows, outputs]; `nil` for a block without a shortcut.
  ///
  /// - Parameter images: the values that the shortcut reads.
  func shortcut(of images: Matrix, _ sample: PixelSample) -> Matrix? {
    guard let shortcut else { return nil }
    let (image, step) = (shortcut.image, shortcut.step(to: convolution))
    let channels = convolution.outputs
    var result = Matrix(rows: sample.rows, columns: channels)
    let (from, to) = (images.base, result.mutableBase)
    sample.forEach { row, number, pixel in
      let (y, x) = (pixel / convolution.outputWidth * step, pixel % convolution.outputWidth * step)
      shortcut.place(
        pixel: from + number * images.stride + (y * image.width + x) * image.channels, in: to + row * channels
      )
    }
    return result
  }
}

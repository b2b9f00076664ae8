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
    let (step, before) = fit(shortcut)
    let channels = convolution.outputs
    var result = Matrix(rows: sample.rows, columns: channels)
    let (from, to) = (images.base, result.mutableBase)
    sample.forEach { row, image, pixel in
      let (y, x) = (pixel / convolution.outputWidth * step, pixel % convolution.outputWidth * step)
      (to + row * channels + before).update(
        from: from + image * images.stride + (y * shortcut.width + x) * shortcut.channels,
        count: shortcut.channels)
    }
    return result
  }
}

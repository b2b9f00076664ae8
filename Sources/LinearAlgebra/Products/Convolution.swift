import CKernels

/// A convolution of images, channels last, with a border of zeros of half the kernel.
///
/// Images are rows [height · width · channels] of a matrix, contiguous; weights [kernel · kernel · inputs, outputs] in
/// the order of a patch: its lines, their pixels, their channels. Runs on the calling thread alone, in scratch memory
/// that its caller keeps: any number of threads may share the value.
public struct Convolution: Codable, Equatable, Sendable {
  public let height: Int
  public let width: Int
  /// Channels of the input.
  public let inputs: Int
  /// Channels of the output.
  public let outputs: Int
  /// Pixels of a patch in either direction, odd.
  public let kernel: Int
  /// Pixels of the input from one output to the next.
  public let stride: Int

  public init(height: Int, width: Int, inputs: Int, outputs: Int, kernel: Int = 3, stride: Int = 1) {
    precondition(height > 0 && width > 0 && inputs > 0 && outputs > 0, "a convolution has no empty extent")
    precondition(kernel % 2 == 1 && kernel > 0 && stride > 0, "a kernel has a middle")
    (self.height, self.width, self.inputs, self.outputs) = (height, width, inputs, outputs)
    (self.kernel, self.stride) = (kernel, stride)
  }

  public var outputHeight: Int { (height - 1) / stride + 1 }
  public var outputWidth: Int { (width - 1) / stride + 1 }
  /// Floats of an image that is read.
  public var inputSize: Int { height * width * inputs }
  /// Floats of an image that is written.
  public var outputSize: Int { outputHeight * outputWidth * outputs }
  /// The number of inputs that an output reads, those in the border included: the rows of the weights.
  public var patchSize: Int { kernel * kernel * inputs }
  /// The multiply-adds of one image.
  public var multiplyAdds: Int { outputHeight * outputWidth * patchSize * outputs }

  /// Whether the convolution is of the kind that Winograd's tiles compute, and they take at most half of the products: a
  /// tile takes 36 for 16 outputs instead of 144, but tiles at the border are computed whole.
  package var isTiled: Bool {
    let tiles = ((height + 3) / 4) * ((width + 3) / 4)
    return kernel == 3 && stride == 1 && 2 * tiles * Int(AWN_WINOGRAD_POINTS) <= height * width * 9
      && min(inputs, outputs) >= Self.minTiledChannels
  }

  /// Whether every image is one pixel, and the convolution a product of its rows, which may have spare columns.
  public var isRowwise: Bool { height == 1 && width == 1 && kernel == 1 }

  /// With fewer channels, most lanes of the Winograd tiles would hold zeros.
  private static let minTiledChannels = 4

  /// output ← input ∗ weights; reshapes it.
  public func apply(_ input: Matrix, _ weights: Matrix, to output: inout Matrix, scratch: inout Matrix) {
    output.reshape(rows: input.rows, columns: outputSize)
    if isRowwise { return output.setProduct(input, weights) }
    check(input, weights)
    if isTiled {
      let filter = makeRoom(&scratch)
      awn_winograd_filter(inputs, outputs, weights.base, 0, filter.filter)
      var shape = tiles(images: input.rows, inputs, outputs)
      awn_winograd_convolve(&shape, input.base, filter.filter, filter.work, output.mutableBase)
      return
    }
    let (patches, result) = (makePatches(&scratch), output.mutableBase)
    for image in 0..<input.rows {
      gather(input.base + image * inputSize, patches)
      Gemm.multiply(
        rows: pixels, columns: outputs, inner: patchSize, .init(base: patches, stride: patchSize),
        weights.operand(), to: result + image * outputSize, stride: outputs)
    }
  }

  /// inputGradient ← ∂L/∂input from ∂L/∂output; reshapes it.
  public func applyBackward(
    _ gradient: Matrix, _ weights: Matrix, to inputGradient: inout Matrix, scratch: inout Matrix
  ) {
    precondition(gradient.columns == outputSize && gradient.stride == outputSize, "shapes do not fit")
    inputGradient.reshape(rows: gradient.rows, columns: inputSize)
    if isRowwise { return inputGradient.setProduct(gradient, transposed: weights) }
    if isTiled {
      let filter = makeRoom(&scratch)
      awn_winograd_filter(inputs, outputs, weights.base, 1, filter.filter)
      var shape = tiles(images: gradient.rows, outputs, inputs)
      awn_winograd_convolve(&shape, gradient.base, filter.filter, filter.work, inputGradient.mutableBase)
      return
    }
    let filter = Gemm.RightOperand(
      weights.operand(isTransposed: true), columns: patchSize, inner: outputs)
    // Patches first, then whatever of the weights is stored again.
    scratch.reshape(rows: 1, columns: pixels * patchSize + filter.room)
    let (patches, result) = (scratch.mutableBase, inputGradient.mutableBase)
    let weights = filter.stored(in: patches + pixels * patchSize)
    var shape = patchShape
    for image in 0..<gradient.rows {
      Gemm.multiply(
        rows: pixels, columns: patchSize, inner: outputs,
        .init(base: gradient.base + image * outputSize, stride: outputs), weights, to: patches,
        stride: patchSize)
      awn_scatter_patches(&shape, patches, result + image * inputSize)
    }
  }

  /// weightGradient ← what the gradient of the output is for the weights, summed over the images; reshapes it.
  public func weightGradient(
    _ input: Matrix, _ gradient: Matrix, to weightGradient: inout Matrix, scratch: inout Matrix
  ) {
    weightGradient.reshape(rows: patchSize, columns: outputs)
    if isRowwise { return weightGradient.setProduct(transposed: input, gradient) }
    precondition(
      input.columns == inputSize && input.stride == inputSize && gradient.columns == outputSize
        && gradient.stride == outputSize && gradient.rows == input.rows, "shapes do not fit")
    if isTiled {
      var shape = tiles(images: input.rows, inputs, outputs)
      let room = makeRoom(&scratch)
      awn_winograd_weight_gradient(
        &shape, input.base, gradient.base, room.work, weightGradient.mutableBase)
      return
    }
    let (patches, result) = (makePatches(&scratch), weightGradient.mutableBase)
    if input.rows == 0 { weightGradient.fill(0) }
    for image in 0..<input.rows {
      gather(input.base + image * inputSize, patches)
      Gemm.multiply(
        rows: patchSize, columns: outputs, inner: pixels,
        .init(base: patches, stride: patchSize, isTransposed: true),
        .init(base: gradient.base + image * outputSize, stride: outputs), to: result, stride: outputs,
        adds: image > 0)
    }
  }
}

extension Convolution {
  /// The number of pixels of one output image.
  private var pixels: Int { outputHeight * outputWidth }

  private var patchShape: awn_patch_shape {
    awn_patch_shape(
      height: height, width: width, channels: inputs, kernel: kernel, stride: stride, padding: kernel / 2)
  }

  private func tiles(images: Int, _ inputs: Int, _ outputs: Int) -> awn_winograd_shape {
    awn_winograd_shape(images: images, height: height, width: width, inputs: inputs, outputs: outputs)
  }

  private func check(_ input: Matrix, _ weights: Matrix) {
    precondition(
      input.columns == inputSize && input.stride == inputSize && weights.rows == patchSize
        && weights.columns == outputs && weights.stride == outputs, "shapes do not fit")
  }

  /// Room for tiles and, behind them, for a transformed filter or its gradient.
  private func makeRoom(_ scratch: inout Matrix)
    -> (work: UnsafeMutablePointer<Float>, filter: UnsafeMutablePointer<Float>)
  {
    let (inputs, outputs) = (awn_winograd_padded(inputs), awn_winograd_padded(outputs))
    let points = Int(AWN_WINOGRAD_POINTS)
    let tiles = points * Int(AWN_WINOGRAD_TILES) * (inputs + outputs)
    scratch.reshape(rows: 1, columns: tiles + points * inputs * outputs)
    return (scratch.mutableBase, scratch.mutableBase + tiles)
  }

  private func makePatches(_ scratch: inout Matrix) -> UnsafeMutablePointer<Float> {
    scratch.reshape(rows: pixels, columns: patchSize)
    return scratch.mutableBase
  }

  private func gather(_ image: UnsafePointer<Float>, _ patches: UnsafeMutablePointer<Float>) {
    var shape = patchShape
    awn_gather_patches(&shape, image, patches)
  }
}

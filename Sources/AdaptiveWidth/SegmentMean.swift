import LinearAlgebra

/// The mean over the tokens of each text: [tokens, d] → [texts, d].
public struct SegmentMean: Block {
  private let columns: Int

  public init(columns: Int) { self.columns = columns }

  public var inputs: Int { columns }
  public var outputs: Int { columns }
  public func multiplyAdds(inputs: Int, width: Int) -> Int { width }

  public func forward(_ flow: Flow, _ stage: inout Stage) {
    stage.output.setSegmentMeans(flow.input(), offsets: flow.batch.structure.offsets)
  }

  public func backward(_ flow: Flow, _ stage: inout Stage) {
    guard let inputGradient = flow.inputGradient() else { return }
    stage.outputGradient.segmentMeansBackward(
      offsets: flow.batch.structure.offsets, inputGradient: &inputGradient.pointee)
  }
}

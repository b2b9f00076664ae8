import AdaptiveWidth
import Experiment
import LinearAlgebra
import ModelExport
import Testing

/// What onnxruntime would compute is tested with it; here, what must be right whoever reads the file.
@Suite struct ConvolutionGraphTests {
  private let pixels = (0..<3 * 3072).map { UInt8(truncatingIfNeeded: 37 &* $0 &+ $0 / 96 &* 11) }

  @Test func normalisationIsFoldedIntoTheConvolutionBefore() throws {
    let sample = try Sample(colours: pixels, kind: .resnet20)
    let model = try sample.model()
    let constants = Dictionary(uniqueKeysWithValues: model.graph.initializer.map { ($0.name, $0) })
    #expect(model.graph.node.count { $0.opType == "Conv" } == 19)
    #expect(model.graph.node.count { $0.opType == "Add" } == 9)
    #expect(model.graph.node.count { $0.opType == "Pad" } == 2)
    #expect(constants["layer 1 weights"]?.dims == [16, 3, 3, 3])
    let block = try #require(sample.network.blocks[0] as? ConvolutionBlock)
    #expect(block.runningStatistics[0].elements.contains { $0 != 0 })
    // Of output 5, input 1, line 2, pixel 0.
    let factor =
      Double(block.scale.value[0, 5]) / (Double(block.runningStatistics[1][0, 5]) + 1e-5).squareRoot()
    let folded = floats(try #require(constants["layer 1 weights"]))[5 * 27 + 9 + 6]
    #expect(abs(Double(folded) - Double(block.weights.value[6 * 3 + 1, 5]) * factor) < 1e-6)
    let bias = floats(try #require(constants["layer 1 bias"]))[5]
    #expect(
      abs(Double(bias) - Double(block.shift.value[0, 5]) + Double(block.runningStatistics[0][0, 5]) * factor)
        < 1e-5)
  }

  @Test func featuresOfAnImageAreInTheNetworksOrderBehindThePools() throws {
    let model = try Sample(colours: pixels, kind: .cnn).model()
    let types = model.graph.node.map(\.opType)
    let first = try #require(types.firstIndex(of: "Transpose"))
    let last = try #require(types.lastIndex(of: "Transpose"))
    #expect(
      Array(types[first...last]) == [
        "Transpose", "Conv", "Relu", "MaxPool", "Conv", "Relu", "MaxPool", "Transpose",
      ])
    #expect(types[last + 1] == "Flatten")
    #expect(model.graph.input.map(\.columns) == [3072])
  }

  private func floats(_ tensor: Onnx_TensorProto) -> [Float] {
    tensor.rawData.withUnsafeBytes { Array($0.bindMemory(to: Float.self)) }
  }
}

import AdaptiveWidth
import Datasets
import Experiment
import Foundation
import LinearAlgebra
import ModelExport
import ModelFiles
import Peers
import Testing

@Suite struct SafetensorsExportTests {
  private func file(_ sample: StructuredSample) throws -> Safetensors {
    try Safetensors(sample.safetensors.data(), file: "model.safetensors")
  }

  private func values(_ file: Safetensors, _ name: String) throws -> [Float] {
    guard case .f32(let values) = try #require(file.tensors[name], "\(name)").elements else { return [] }
    return values
  }

  private func blocks(_ file: Safetensors) throws -> [[String: Any]] {
    let text = try #require(file.metadata["blocks"])
    return try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [[String: Any]])
  }

  @Test func importancesInsideACellAreInTheWeightsBehindThem() throws {
    let sample = try StructuredSample.sequences(isRegression: false)
    let file = try file(sample)
    let cell = try #require(sample.network.blocks[2] as? Recurrence)
    let importances = try #require(cell.adaptation).importances
    #expect(file.tensors["blocks.2.hidden.weight"]?.shape == [cell.width, 5])
    #expect(file.tensors["blocks.2.output.weight"]?.shape == [5, cell.width])
    let (inner, outer) = try (
      values(file, "blocks.2.hidden.weight"), values(file, "blocks.2.output.weight")
    )
    for neuron in 0..<cell.width {
      #expect(inner[neuron * 5 + 3] == cell.hidden.weights.value[3, neuron])
      let folded = cell.output.weights.value[neuron, 3] * importances[0, neuron]
      #expect(outer[3 * cell.width + neuron] == folded)
    }
    #expect(Set(importances.elements).count > 1)
    // The block behind the cell reads states, not its neurons.
    let last = try #require(sample.network.blocks[3] as? Dense)
    #expect(try values(file, "blocks.3.weight").first == last.weights.value[0, 0])
  }

  @Test func blocksSayWhatTheyReadAndCompute() throws {
    let file = try file(.texts(areTranslated: true))
    let blocks = try blocks(file)
    #expect(blocks.count == 53 && blocks.allSatisfy { $0["formula"] is String })
    let cross = try #require(blocks.firstIndex { $0["attention"] as? String == "cross" })
    let sources = try #require(blocks[cross]["sources"] as? [Int])
    #expect(blocks[cross]["heads"] as? Int == 2 && sources.count == 2)
    #expect(sources.map { blocks[$0]["outputs"] as? Int } == [8, 16])
    #expect(blocks[0]["kind"] as? String == "embedding" && blocks[0]["sources"] as? [Int] == [-1])
    #expect(file.tensors["blocks.0.weight"]?.shape == [260, 8])
    #expect(blocks[1]["epsilon"] as? Double == 1e-5)
    #expect(file.metadata["preparation"]?.contains("\"vocabulary\":\"10 11 258 12\"") == true)
  }

  @Test func runningStatisticsAreThere() throws {
    let sample = try StructuredSample.graphs(pooling: .mean)
    let file = try file(sample)
    let index = try #require(sample.network.blocks.firstIndex { $0 is BatchNorm })
    #expect(
      try values(file, "blocks.\(index).running_mean")
        == sample.network.blocks[index].runningStatistics[0].elements)
    #expect(
      try values(file, "blocks.\(index).running_var")
        == sample.network.blocks[index].runningStatistics[1].elements)
    #expect(try blocks(file)[index]["rectified"] as? Bool == true)
    #expect(file.metadata["feature_means"] == "[0,0,20,0]")
    let names = try #require(file.metadata["feature_names"])
    #expect(names == #"["label=4","label=7","attribute 0","attribute 1"]"#)
  }

  @Test func theSameNetworkGivesTheSameBytes() throws {
    let exporter = try StructuredSample.graphs(pooling: .sum).safetensors
    #expect(try exporter.data() == exporter.data())
  }

  @Test func kernelsAreChannelsFirst() throws {
    let pixels = (0..<3072).map { UInt8(truncatingIfNeeded: 37 &* $0 &+ $0 / 96 &* 11) }
    let sample = try Sample(colours: pixels, kind: .resnet20)
    let file = try Safetensors(sample.safetensors.data(), file: "model.safetensors")
    let block = try #require(sample.network.blocks[0] as? ConvolutionBlock)
    #expect(file.tensors["blocks.0.convolution.weight"]?.shape == [16, 3, 3, 3])
    // Of output 5, input 1, line 2, pixel 0.
    let weights = try values(file, "blocks.0.convolution.weight")
    #expect(weights[5 * 27 + 9 + 6] == block.weights.value[6 * 3 + 1, 5])
    #expect(try values(file, "blocks.0.normalisation.running_var") == block.runningStatistics[1].elements)
    let facts = try blocks(file)
    #expect(facts[2]["sources"] as? [Int] == [1, 0] && facts[7]["stride"] as? Int == 2)
  }
}

/// A program that knows nothing but the metadata computes with the tensors what the network does.
@Suite(.enabled(if: Peer.isThere, Comment(rawValue: Peer.absence)))
struct SafetensorsPeerTests {
  private func check(_ sample: StructuredSample) throws {
    try sample.peerCase.check(
      sample.safetensors.data(), called: "model.safetensors", by: "check_blocks.py")
  }

  @Test(arguments: [false, true]) func sequences(isRegression: Bool) throws {
    try check(.sequences(isRegression: isRegression))
  }

  @Test func pixels() throws { try check(.pixels()) }
  @Test(arguments: [Pooling.sum, .mean], [AdaptedLayers.hidden, .all])
  func graphs(pooling: Pooling, adapting: AdaptedLayers) throws {
    try check(.graphs(pooling: pooling, adapting: adapting))
  }
  @Test(arguments: [false, true], [AdaptedLayers?.none, .attention, .all])
  func texts(areTranslated: Bool, adapting: AdaptedLayers?) throws {
    try check(.texts(areTranslated: areTranslated, adapting: adapting))
  }

  @Test(arguments: [NetworkKind.resnet20, .cnn]) func convolutions(kind: NetworkKind) throws {
    let pixels = (0..<3 * 3072).map { UInt8(truncatingIfNeeded: 37 &* $0 &+ $0 / 96 &* 11) }
    let sample = try Sample(colours: pixels, kind: kind)
    try sample.peerCase(sample.classOutputs).check(
      sample.safetensors.data(), called: "model.safetensors", by: "check_blocks.py")
  }
}

extension Sample {
  var safetensors: SafetensorsExporter {
    SafetensorsExporter(network: network, preparation: preparation, name: "sample", version: "1.2.3")
  }
}

import AdaptiveWidth
import Experiment
import ModelExport
import Peers
import Testing

/// What can be seen of the files of networks on sequences, graphs and texts without another program.
@Suite struct StructuredGraphTests {
  private func inputs(_ sample: StructuredSample) throws -> [String: [String]] {
    let graph = try sample.model().graph
    return Dictionary(
      uniqueKeysWithValues: graph.input.map { input in
        (
          input.name,
          input.type.tensorType.shape.dim.map { $0.dimParam.isEmpty ? "\($0.dimValue)" : $0.dimParam }
        )
      })
  }

  @Test func inputsAreWhatTheDataConsistsOf() throws {
    #expect(
      try inputs(.sequences(isRegression: false)) == ["steps": ["N", "T", "4"], "lengths": ["N"]])
    #expect(try inputs(.pixels()) == ["pixels": ["N", "12"]])
    #expect(
      try inputs(.graphs(pooling: .sum)) == ["nodes": ["V", "4"], "edges": ["2", "E"], "graph": ["V"]])
    #expect(try inputs(.texts(areTranslated: false)) == ["tokens": ["N", "S"], "lengths": ["N"]])
    #expect(
      try inputs(.texts(areTranslated: true)) == [
        "tokens": ["N", "S"], "lengths": ["N"], "target": ["N", "T"],
      ])
  }

  @Test func onlyGraphsNeedNewerOperators() throws {
    #expect(try StructuredSample.sequences(isRegression: true).model().opsetImport.map(\.version) == [13, 2])
    #expect(try StructuredSample.graphs(pooling: .mean).model().opsetImport.map(\.version) == [16, 2])
    #expect(try StructuredSample.texts(areTranslated: true).model().opsetImport.map(\.version) == [13, 2])
  }

  @Test func theStepIsAGraphWithNamesOfItsOwn() throws {
    let graph = try StructuredSample.sequences(isRegression: false).model().graph
    let scan = try #require(graph.node.first { $0.opType == "Scan" })
    let step = scan.attribute("body").g
    #expect(step.input.count == 3 && step.output.count == 1)
    let names = [graph, step].flatMap { graph in
      graph.input.map(\.name) + graph.initializer.map(\.name) + graph.node.flatMap(\.output)
    }
    #expect(Set(names).count == names.count)
  }

  @Test func theVocabularyIsInTheMetadata() throws {
    let model = try StructuredSample.texts(areTranslated: false).model()
    let entries = Dictionary(uniqueKeysWithValues: model.metadataProps.map { ($0.key, $0.value) })
    #expect(entries["vocabulary"] == "\"10 11 258 12\"")
    #expect(entries["class_names"] == #"["a","b","c"]"#)
  }
}

/// The `onnx` package finds the files valid, and onnxruntime computes what the network does, however observations are
/// padded.
@Suite(.enabled(if: Peer.isThere, Comment(rawValue: Peer.absence)))
struct StructuredOnnxruntimeTests {
  private func check(_ sample: StructuredSample) throws {
    try sample.peerCase.check(sample.exporter.model(), called: "model.onnx", by: "check_onnx.py")
  }

  @Test(arguments: [false, true]) func sequences(isRegression: Bool) throws {
    try check(.sequences(isRegression: isRegression))
  }

  @Test func sequencesWithTimes() throws { try check(.sequences(isRegression: false, hasTimes: true)) }
  @Test func fixedWidths() throws { try check(.sequences(isRegression: true, widths: [6, 7])) }
  @Test func pixels() throws { try check(.pixels()) }
  @Test(arguments: [Pooling.sum, .mean], [AdaptedLayers.hidden, .all])
  func graphs(pooling: Pooling, adapting: AdaptedLayers) throws {
    try check(.graphs(pooling: pooling, adapting: adapting))
  }
  @Test(arguments: [false, true], [AdaptedLayers?.none, .attention, .all])
  func texts(areTranslated: Bool, adapting: AdaptedLayers?) throws {
    try check(.texts(areTranslated: areTranslated, adapting: adapting))
  }
}

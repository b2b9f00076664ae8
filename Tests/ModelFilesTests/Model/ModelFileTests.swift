import AdaptiveWidth
import AtomicFiles
import Datasets
import Experiment
import Foundation
import LinearAlgebra
import ModelFiles
import Testing

@Suite("Model files")
struct ModelFileTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  static let preparations: [(Preparation, Problem)] = [
    (
      Preparation(
        inputs: .columns(
          [
            InputColumn(name: "a,\u{202E}", position: 0, kind: .number),
            InputColumn(name: "k", position: 3, kind: .categories(["x"], hasMissing: true)),
          ], width: 4, targetPosition: 1, hasHeader: true), targetName: "species",
        target: .classes(["no", "yes"]),
        featureScaling: Scaling(means: [1.0 / 3, 0, 0], scales: [2e-9, 1, 1])), .classification
    ),
    (
      Preparation(
        inputs: .image(ImageShape(width: 3, height: 1)), targetName: "label", target: .classes(["0", "1"]),
        featureScaling: Scaling(means: [0.13, 0.13, 0.13], scales: [0.3, 0.3, 0.3])), .classification
    ),
    (
      Preparation(
        inputs: .graphs(GraphInputs(labels: [[-7, 2]], attributes: 1, largestDegree: nil)),
        targetName: "label", target: .classes(["-1", "1"]),
        featureScaling: Scaling(means: [0, 0, 1.0 / 3], scales: [1, 1, 2e-9])), .classification
    ),
    (
      Preparation(
        inputs: .graphs(GraphInputs(labels: [], attributes: 0, largestDegree: 2)), targetName: "label",
        target: .classes(["0", "1"]), featureScaling: .identity(3)), .classification
    ),
    (
      Preparation(
        inputs: .columns(
          (0..<3).map { InputColumn(name: "x\($0)", position: $0, kind: .number) }, width: 4,
          targetPosition: 3,
          hasHeader: false), targetName: "y", target: .value(Scaling(means: [1e300], scales: [0.1])),
        featureScaling: .identity(3)), .regression
    ),
  ]

  @Test func preparationMetricsAndOriginComeBack() throws {
    for (preparation, problem) in Self.preparations {
      for metrics in [
        Metrics(loss: 0.1 + 0.2, accuracy: 2.0 / 3), Metrics(loss: .infinity, rmse: 5, r2: -1e-300),
      ] {
        var run = Run(problem: problem)
        run.suit(preparation)
        var model = run.model
        model.preparation = preparation
        model.metrics = metrics
        model.origin = .init(name: "n/ö", seed: .max, step: 1 << 40, epoch: 0.1 + 0.2, version: "0.1.0")
        try ModelFile.write(model, to: scratch.location)
        let loaded = try ModelFile.read(scratch.path).model
        #expect(loaded.preparation == preparation)
        #expect(loaded.metrics == metrics)
        #expect(loaded.origin == model.origin)
      }
    }
  }

  @Test func aNetworkThatHasDivergedIsNotSaved() throws {
    let run = Run()
    try ModelFile.write(run.model, to: scratch.location)
    for value in [Float.nan, .infinity] {
      var broken = run
      var blocks = run.network.blocks
      blocks[1].forEachParameter { parameter, _ in parameter.value[0, 0] = value }
      broken.network = Network(blocks: blocks, problem: .classification)
      let error = failure { () throws(ModelFileError) in
        try ModelFile.write(broken.model, to: scratch.location)
      }
      #expect(
        error?.description == "\(scratch.location.document): the network is not saved, because "
          + "blocks.1.weights has values that are not finite; what was saved before stays as it is")
    }
    #expect(try ModelFile.read(scratch.path).model.network.bits == run.network.bits)
  }

  @Test func theFileIsAsItsUsersKnowIt() throws {
    var run = Run(NetworkOptions(initialRate: 0.5))
    run.network.truncate(layer: 0, to: 2)
    try ModelFile.write(run.model, training: ["turn": 1], to: scratch.location)
    let text = String(decoding: try #require(scratch.content("checkpoint.json")), as: UTF8.self)
    let tensors = try #require(scratch.content("checkpoint.safetensors"))
    let rate = try #require(run.network.adaptations.first?.rate)
    let raw = try #require(run.network.adaptations.first?.raw)
    #expect(
      text == """
        {
          "format" : "awn-model",
          "network" : {
            "blocks" : [
              {
                "activation" : "relu6",
                "adaptation" : {
                  "ceiling" : 2,
                  "family" : "exponential",
                  "minimum_rate" : 0.0005,
                  "moments" : {
                    "first" : 0,
                    "second" : 0
                  },
                  "policy" : "cap",
                  "quantile" : 0.9,
                  "rate" : \(rate),
                  "raw" : \(raw),
                  "width" : 2
                },
                "inputs" : 3,
                "kind" : "dense",
                "outputs" : 2
              },
              {
                "activation" : "identity",
                "inputs" : 2,
                "kind" : "dense",
                "outputs" : 2
              }
            ],
            "problem" : "classification"
          },
          "optimizer" : {
            "count" : 0,
            "kind" : "adam",
            "learning_rate" : 0.02,
            "momentum" : 0.9
          },
          "origin" : {
            "epoch" : 1.5,
            "name" : "test",
            "seed" : 3,
            "step" : 0,
            "version" : "1"
          },
          "tensors" : {
            "bytes" : \(tensors.count),
            "crc32" : \(crc(tensors))
          },
          "training" : {
            "turn" : 1
          },
          "version" : 1
        }

        """)
    #expect(
      try Safetensors(tensors, file: "").tensors.mapValues(\.shape) == [
        "blocks.0.weights": [3, 2], "blocks.0.weights.first": [3, 2], "blocks.0.weights.second": [3, 2],
        "blocks.0.bias": [1, 2], "blocks.0.bias.first": [1, 2], "blocks.0.bias.second": [1, 2],
        "blocks.0.importances": [1, 2], "blocks.0.importances.slopes": [1, 2],
        "blocks.1.weights": [2, 2], "blocks.1.weights.first": [2, 2], "blocks.1.weights.second": [2, 2],
        "blocks.1.bias": [1, 2], "blocks.1.bias.first": [1, 2], "blocks.1.bias.second": [1, 2],
      ])
  }

  @Test func aRandomStreamGoesOnFromItsState() throws {
    var stream = RandomStream(seed: 5, purpose: "state")
    for turn in 0..<5 {
      if turn % 2 == 1 { _ = stream.normal() }
      _ = stream.next()
      var copy = try JSONDecoder().decode(RandomStream.self, from: JSONEncoder().encode(stream))
      #expect(copy == stream)
      var original = stream
      #expect((0..<9).map { _ in copy.normal() } == (0..<9).map { _ in original.normal() })
    }
    let zero = String(repeating: "0", count: 16)
    for words in [[zero, zero, zero, zero], [zero, zero, "1"], ["x", zero, zero, "1"]] {
      let text = try JSONEncoder().encode(["words": words])
      #expect(throws: DecodingError.self) { try JSONDecoder().decode(RandomStream.self, from: text) }
    }
  }
}

/// CRC-32 by its definition.
func crc(_ data: Data) -> UInt32 {
  ~data.reduce(~0 as UInt32) { sum, byte in
    (0..<8).reduce(sum ^ UInt32(byte)) { value, _ in value & 1 == 1 ? value >> 1 ^ 0xEDB8_8320 : value >> 1 }
  }
}

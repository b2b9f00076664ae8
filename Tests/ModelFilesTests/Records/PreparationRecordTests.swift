import Datasets
import Experiment
import Foundation
import ModelFiles
import Testing

/// The JSON of a preparation, which older and newer programs share.
@Suite struct PreparationRecordTests {
  private static let texts: [(json: String, preparation: Preparation, features: Int)] = [
    (
      """
      {"columns":[{"name":"a","position":0},{"categories":["x","z"],"has_missing":true,"name":"k","position":2}],
      "classes":["no","yes"],"means":[3,0,0,0],"scales":[2,1,1,1],
      "table":{"columns":4,"header":true,"target_position":1},"target":"species"}
      """,
      Preparation(
        inputs: .columns(
          [
            InputColumn(name: "a", position: 0, kind: .number),
            InputColumn(name: "k", position: 2, kind: .categories(["x", "z"], hasMissing: true)),
          ], width: 4, targetPosition: 1, hasHeader: true), targetName: "species",
        target: .classes(["no", "yes"]), featureScaling: Scaling(means: [3, 0, 0, 0], scales: [2, 1, 1, 1])),
      4
    ),
    (
      """
      {"columns":[{"name":"a","position":2}],"means":[0.5],"scales":[0.25],
      "sequence":{"identifier":{"name":"id","position":0},"time":{"name":"t","position":1}},
      "table":{"columns":4,"header":false,"target_position":3},"target":"y",
      "target_scaling":{"mean":50,"scale":20}}
      """,
      Preparation(
        inputs: .columns(
          [InputColumn(name: "a", position: 2, kind: .number)], width: 4, targetPosition: 3,
          hasHeader: false), targetName: "y", target: .value(Scaling(means: [50], scales: [20])),
        featureScaling: Scaling(means: [0.5], scales: [0.25]),
        sequence: .columns(
          identifier: .init(name: "id", position: 0), time: .init(name: "t", position: 1))),
      1
    ),
    (
      """
      {"classes":["0","1"],"image":{"channels":3,"height":1,"width":2},"means":[0.1,0.2,0.3],"scales":[0.5],
      "pixel_range":"fractions","target":"label"}
      """,
      Preparation(
        inputs: .image(ImageShape(width: 2, height: 1, channels: 3)), targetName: "label",
        target: .classes(["0", "1"]),
        featureScaling: Scaling(
          means: [0.1, 0.2, 0.3, 0.1, 0.2, 0.3], scales: [Double](repeating: 0.5, count: 6)),
        pixelRange: .fractions),
      6
    ),
    (
      """
      {"classes":["0","1"],"image":{"height":3,"width":4},"means":[0.4],"scales":[0.3],
      "sequence":{"permutation":5},"target":"label"}
      """,
      Preparation(
        inputs: .image(ImageShape(width: 4, height: 3)), targetName: "label", target: .classes(["0", "1"]),
        featureScaling: Scaling(means: [0.4], scales: [0.3]), sequence: .pixels(permutation: 5)),
      1
    ),
    (
      """
      {"classes":["-1","1"],"graphs":{"attributes":1,"labels":[[-7,2]]},"means":[0,0,3],"scales":[1,1,2],
      "target":"label"}
      """,
      Preparation(
        inputs: .graphs(GraphInputs(labels: [[-7, 2]], attributes: 1, largestDegree: nil)),
        targetName: "label", target: .classes(["-1", "1"]),
        featureScaling: Scaling(means: [0, 0, 3], scales: [1, 1, 2])),
      3
    ),
    (
      """
      {"classes":["a","b"],"means":[],"scales":[],"target":"kind",
      "text":{"column":"text","vocabulary":"10 11 258 12"}}
      """,
      Preparation(
        inputs: .text(Vocabulary(merges: [.init(10, 11), .init(258, 12)])!, column: "text"),
        targetName: "kind", target: .classes(["a", "b"]), featureScaling: .identity(0)),
      0
    ),
    (
      """
      {"means":[],"scales":[],"target":"en","text":{"source":"de","target":"en","vocabulary":"10 11"}}
      """,
      Preparation(
        inputs: .translation(Vocabulary(merges: [.init(10, 11)])!, source: "de", target: "en"),
        targetName: "en", target: .tokens, featureScaling: .identity(0)),
      0
    ),
    (
      """
      {"graphs":{"attributes":1,"labels":[]},"means":[3],"scales":[2],"target":"attribute 1",
      "target_scaling":{"mean":50,"scale":20}}
      """,
      Preparation(
        inputs: .graphs(GraphInputs(labels: [], attributes: 1, largestDegree: nil)),
        targetName: "attribute 1", target: .value(Scaling(means: [50], scales: [20])),
        featureScaling: Scaling(means: [3], scales: [2])),
      1
    ),
    (
      """
      {"classes":["a","b"],"max_length":12,"means":[],"reading":{"delimiter":"tab","encoding":"gb18030",
      "missing":["?"],"missing_numbers":[]},"scales":[],"target":"kind",
      "text":{"column":"text","vocabulary":""}}
      """,
      cut(
        Preparation(
          inputs: .text(Vocabulary(merges: [])!, column: "text"), targetName: "kind",
          target: .classes(["a", "b"]), featureScaling: .identity(0),
          reading: TableReading(
            delimiter: "tab", encoding: .gb18030, missing: MissingTokens(texts: ["?"], numbers: []))),
        after: 12),
      0
    ),
  ]

  private static func cut(_ preparation: Preparation, after tokens: Int) -> Preparation {
    var preparation = preparation
    preparation.maxLength = tokens
    return preparation
  }

  @Test(arguments: texts.indices) func readsAndWritesTheKeysOfTheFormat(index: Int) throws {
    let (json, preparation, features) = Self.texts[index]
    let record = try JSONDecoder().decode(PreparationRecord.self, from: Data(json.utf8))
    #expect(record.preparation(features: features) == preparation)
    let written = try JSONEncoder().encode(PreparationRecord(preparation))
    #expect(try object(written) == object(Data(json.utf8)))
  }

  @Test func everyKindOfDataIsThere() {
    #expect(Set(Self.texts.map(\.preparation.kind)) == Set(DataKind.allCases))
  }

  @Test(arguments: texts.indices) func needsTheNetworksNumberOfFeatures(index: Int) throws {
    let (json, _, features) = Self.texts[index]
    let record = try JSONDecoder().decode(PreparationRecord.self, from: Data(json.utf8))
    #expect(record.preparation(features: features + 1) == nil)
  }

  @Test func partsThatDoNotFitMakeNoPreparation() throws {
    let image = #""image":{"height":1,"width":1}"#
    let classes = #""classes":["a","b"]"#
    let rest = #""means":[0],"scales":[1],"target":"y""#
    for parts in [
      classes, image, "\(image),\(classes),\"target_scaling\":{\"mean\":0,\"scale\":1}",
      "\(image),\(classes),\"graphs\":{\"attributes\":1,\"labels\":[]}", "\"columns\":[],\(classes)",
      "\"text\":{\"vocabulary\":\"10 11\"},\(classes)",
      "\(image),\"target_scaling\":{\"mean\":0,\"scale\":0}",
    ] {
      let record = try JSONDecoder().decode(PreparationRecord.self, from: Data("{\(parts),\(rest)}".utf8))
      #expect(record.preparation(features: 1) == nil, "\(parts)")
    }
    let sound = try JSONDecoder().decode(
      PreparationRecord.self, from: Data("{\(image),\(classes),\(rest)}".utf8))
    #expect(sound.preparation(features: 1) != nil)
  }

  private func object(_ data: Data) throws -> NSDictionary {
    try #require(try JSONSerialization.jsonObject(with: data) as? NSDictionary)
  }
}

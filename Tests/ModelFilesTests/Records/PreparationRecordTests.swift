import Datasets
import Experiment
import Foundation
import Testing

@testable import ModelFiles

@Suite("Records of preparations") struct PreparationRecordTests {
  private static let vocabulary = Vocabulary(merges: [.init(70, 71), .init(258, 72)])!
  private static let columns = Preparation.Inputs.columns(
    [
      InputColumn(name: "size", position: 0, kind: .number),
      InputColumn(name: "color", position: 2, kind: .categories(["blue", "red"], hasMissing: true)),
    ], width: 4, targetPosition: 3, hasHeader: true)
  private static let scaling = Scaling(means: [2.5, 0, 0, 0], scales: [0.1, 1, 1, 1])

  static let all = [
    Preparation(
      inputs: columns, targetName: "label", target: .classes(["u", "v"]), featureScaling: scaling),
    Preparation(
      inputs: columns, targetName: "y", target: .value(Scaling(means: [3], scales: [7])),
      featureScaling: scaling,
      sequence: .columns(
        identifier: .init(name: "id", position: 1), time: .init(name: "t", position: 3))),
    Preparation(
      inputs: .image(ImageShape(width: 2, height: 2, channels: 3)), targetName: "label",
      target: .classes(["0", "1"]),
      featureScaling: Scaling(
        means: (0..<12).map { Double($0 % 3) }, scales: (0..<12).map { Double($0 % 3 + 1) })),
    Preparation(
      inputs: .image(ImageShape(width: 3, height: 2)), targetName: "label", target: .classes(["0", "1"]),
      featureScaling: Scaling(means: [0.5], scales: [0.25]), sequence: .pixels(permutation: .max)),
    Preparation(
      inputs: .text(vocabulary, column: "sentence"), targetName: "verdict", target: .classes(["no", "yes"]),
      featureScaling: .identity(0)),
    Preparation(
      inputs: .translation(vocabulary, source: "en", target: "de"), targetName: "de", target: .tokens,
      featureScaling: .identity(0)),
    Preparation(
      inputs: .graphs(GraphInputs(labels: [[-7, 2]], attributes: 1, largestDegree: nil)),
      targetName: "label", target: .classes(["-1", "1"]),
      featureScaling: Scaling(means: [0, 0, 0.5], scales: [1, 1, 2])),
  ]

  @Test(arguments: all.indices)
  func isReadAsItWasWritten(index: Int) throws {
    let preparation = Self.all[index]
    let text = try JSONEncoder().encode(PreparationRecord(preparation))
    let record = try JSONDecoder().decode(PreparationRecord.self, from: text)
    #expect(record.preparation(features: preparation.featureCount) == preparation)
    // Of another network.
    #expect(record.preparation(features: preparation.featureCount + 13) == nil)
  }

  @Test func everyKindOfDataIsTried() {
    #expect(Set(Self.all.map(\.kind)) == Set(DataKind.allCases))
  }

  @Test func partsThatDoNotFitAreRefused() throws {
    let preparation = Self.all[0]
    let text = String(decoding: try JSONEncoder().encode(PreparationRecord(preparation)), as: UTF8.self)
    let damaged = text.replacingOccurrences(of: "\"blue\",", with: "")
    #expect(damaged != text)
    let record = try JSONDecoder().decode(PreparationRecord.self, from: Data(damaged.utf8))
    #expect(record.preparation(features: preparation.featureCount) == nil)
  }
}

import Experiment

/// Rows of a table as the steps of sequences.
struct SequenceDomain: Domain {
  let table: TableDomain
  /// Identifier first.
  let keys: [SequenceLayout.KeyColumn]

  var kind: DataKind { .sequences }
  var featureNames: [String] { table.featureNames }

  func inputShape(features: Int) -> InputShape { .steps(features: features) }

  func fits(_ target: Preparation.Target, features: Int) -> Bool {
    table.fits(target, features: features) && keys.allSatisfy { table.hasColumn($0.position) }
  }

  func chooseReading(_ options: inout DataOptions) {
    options.sequenceID = keys[0].name
    options.time = keys.count > 1 ? keys[1].name : nil
  }
}

/// The pixels of an image as the steps of a sequence.
struct PixelSequenceDomain: Domain {
  let shape: ImageShape

  var kind: DataKind { .images }
  var featureNames: [String] { ["pixel"] }

  func inputShape(features: Int) -> InputShape { .steps(features: features) }

  func fits(_ target: Preparation.Target, features: Int) -> Bool {
    target.isOneAnObservation && features == 1 && shape.size != nil
  }
}

import Datasets
import Experiment
import LinearAlgebra
import Testing

@Suite("Sequences of a long table")
struct SequenceTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  /// Rows of interleaved sequences; `v` is 10 · sequence + step.
  private let text = """
    id,t,v,y
    b,2,22,no
    a,10,13,yes
    a,2,12,yes
    b,1,21,no
    c,5,31,yes
    a,1,11,yes
    d,0,41,no
    d,7,42,no
    """

  private func options(
    _ text: String, time: String? = "t", target: String? = "y", validation: Double = 0, test: Double = 0
  ) throws -> DataOptions {
    var options = DataOptions(
      path: try scratch.write(text), target: target, validation: validation, test: test)
    (options.sequenceID, options.time) = ("id", time)
    return options
  }

  private func load(_ text: String, time: String? = "t", target: String? = "y") throws -> Dataset {
    try Dataset.load(options(text, time: time, target: target), for: .rnn, seed: 0)
  }

  private func failure(_ text: String, time: String? = "t", target: String? = "y") throws -> DataError? {
    loadFailure(try options(text, time: time, target: target))
  }

  /// The values of a column, sequence by sequence, in the file's own unit.
  private func values(_ dataset: Dataset, _ table: Examples, column: Int = 0) -> [[Double]] {
    guard case .sequences(let offsets) = table.structure else { return [] }
    return zip(offsets, offsets.dropFirst()).map { start, end in
      (Int(start)..<Int(end)).map { row in
        let value = dataset.featureScaling.restored(table.row(row)[column], at: column)
        return (value * 1000).rounded() / 1000
      }
    }
  }

  @Test func rowsAreGroupedByIdentifierAndSortedByTime() throws {
    let dataset = try load(text)
    #expect(dataset.featureNames == ["v"] && dataset.targetName == "y")
    #expect(dataset.training.rows == 4 && dataset.training.columns == 1)
    #expect(values(dataset, dataset.training) == [[21, 22], [11, 12, 13], [31], [41, 42]])
    #expect(dataset.classNames == ["no", "yes"] && dataset.training.classes == [0, 1, 1, 0])
    #expect(dataset.preparation.inputShape == .steps(features: 1))
    #expect(dataset.training.names == ["b", "a", "c", "d"])
  }

  @Test func identifiersGoWithTheirSequences() throws {
    let dataset = try Dataset.load(options(text, validation: 0.5), for: .rnn, seed: 0)
    let names = try [dataset.training, dataset.validation].map { try #require($0.names) }
    #expect(names.flatMap { $0 }.sorted() == ["a", "b", "c", "d"])
    #expect(names[0].map { $0 == "a" || $0 == "c" } == dataset.training.classes.map { $0 == 1 })
    let other = try scratch.write("v,t,id\n3,1,\"z, 9\"\n1,1,07\n2,0,\"z, 9\"\n", as: "other.csv")
    #expect(try dataset.preparation.inputs(from: other).names == ["z, 9", "07"])
  }

  @Test func withoutATimeTheFilesOrderIsThatOfTime() throws {
    let dataset = try load(text.replacing(",t,", with: ",v2,"), time: nil)
    #expect(dataset.featureNames == ["v2", "v"])
    #expect(values(dataset, dataset.training, column: 1) == [[22, 21], [13, 12, 11], [31], [41, 42]])
  }

  @Test func datesAndEqualTimesAreInOrder() throws {
    let rows = [
      "7,2024-01-10 00:00,2,0", "7,2023-12-31 23:59,1,0", "8,2024-05-05 10:00,3,1", "8,2024-05-05 10:00,4,1",
      "1000000007,2024-01-01 00:00,5,0", "1000000008,2024-01-01 00:00,6,1",
    ]
    let dataset = try load("id,t,v,y\n" + rows.joined(separator: "\n"))
    #expect(values(dataset, dataset.training) == [[1, 2], [3, 4], [5], [6]])
  }

  /// Times may need more digits than a Float has, and identifiers more texts than a column of categories.
  @Test func identifiersAndTimesAreExact() throws {
    let rows = (0..<1500).flatMap { sequence in
      (0..<2).map {
        "s\(sequence),\(1_700_000_000_000 + sequence * 1_000_000 - $0),\(sequence + 5000 * $0),\(sequence % 2)"
      }
    }
    let dataset = try load("id,t,v,y\n" + rows.joined(separator: "\n"))
    #expect(dataset.training.rows == 1500)
    let found = values(dataset, dataset.training)
    #expect(found.allSatisfy { $0.count == 2 && $0[0] - $0[1] > 4999 && $0[0] - $0[1] < 5001 })
  }

  @Test func numbersArePredictedPerSequence() throws {
    let rows = (0..<12).flatMap { sequence in
      (0...sequence).map { "\(sequence),\($0),\(sequence * $0),\(Double(sequence) * 1.5 + 0.25)" }
    }
    let dataset = try load("id,t,v,y\n" + rows.joined(separator: "\n"))
    #expect(dataset.problem == .regression)
    let scaling = try #require(dataset.targetScaling)
    // Long sequences do not weigh more.
    #expect(abs(scaling.means[0] - 8.5) < 1e-5)
    let targets = dataset.training.values.map { scaling.restored($0, at: 0) }
    #expect(zip(targets, 0..<12).allSatisfy { abs($0 - Double($1) * 1.5 - 0.25) < 1e-4 })
  }

  @Test func wholeSequencesAreHeldOutInTheSameSharesOfEachClass() throws {
    var rows: [String] = []
    for step in 0..<5 {
      for sequence in 0..<40 where step <= sequence % 5 {
        rows.append("\(sequence),\(step),\(100 * sequence + step),\(sequence < 20 ? "up" : "down")")
      }
    }
    let dataset = try Dataset.load(
      options("id,t,v,y\n" + rows.joined(separator: "\n"), validation: 0.2, test: 0.1), for: .rnn, seed: 3)
    let parts = [dataset.training, dataset.validation, try #require(dataset.test)]
    #expect(parts.map(\.rows) == [28, 8, 4])
    #expect(parts.allSatisfy { part in part.classes.count { $0 == 0 } == part.rows / 2 })
    var seen: Set<Int> = []
    for part in parts {
      for sequence in values(dataset, part) {
        let index = Int((sequence[0] / 100).rounded(.down))
        #expect(seen.insert(index).inserted)
        #expect(zip(sequence.indices, sequence).allSatisfy { abs($1 - Double(100 * index + $0)) < 0.01 })
        #expect(sequence.count == index % 5 + 1)
      }
    }
    #expect(seen.count == 40)
    // Numbers are standardized over the steps of the training sequences.
    let mean = dataset.training.features.reduce(0, +) / Float(dataset.training.features.count)
    #expect(abs(mean) < 1e-5)
  }

  @Test func aSequenceWithoutATargetIsDropped() throws {
    let partly = text.replacing("a,10,13,yes", with: "a,10,13,")
    #expect(try load(partly).training.classes == [0, 1, 1, 0])
    let dataset = try load(text.replacing("c,5,31,yes", with: "c,5,31,"))
    #expect(dataset.training.rows == 3)
    #expect(dataset.notes == ["1 sequence without a value of y dropped"])
  }

  @Test func mistakesAreNamedWithTheirPlace() throws {
    let path = "\(scratch.path)/data.csv"
    func expect(
      _ text: String, time: String? = "t", target: String? = "y", _ reason: DataError.Reason,
      line: Int? = nil,
      column: String? = nil
    ) throws {
      let found = try failure(text, time: time, target: target)
      #expect(found == DataError(reason, file: path, line: line, column: column))
    }
    try expect(
      text.replacing("a,2,12,yes", with: "a,2,12,no"),
      .sequences(.changingTarget(sequence: "a", values: ["yes", "no"])),
      line: 4, column: "y")
    try expect(text.replacing("b,1,21", with: ",1,21"), .sequences(.missingIdentifier), line: 5, column: "id")
    try expect(
      text.replacing("c,5,31", with: "c,soon,31"), .sequences(.notATime(text: "soon")), line: 6, column: "t")
    try expect(text, time: "when", .table(.unknownColumn("when", available: ["id", "t", "v", "y"])))
    try expect(text, time: "id", .sequences(.columnWithTwoRoles), column: "id")
    try expect(text, target: "t", .sequences(.columnWithTwoRoles), column: "t")
  }

  @Test func aMistakeIsOneSentence() throws {
    let error = try #require(try failure(text.replacing("a,2,12,yes", with: "a,2,12,no")))
    #expect(
      error.description.hasSuffix(
        "line 4, column y: the sequence 'a' has both 'yes' and 'no' to predict; give all its rows the same"))
  }

  // MARK: Other files

  @Test func otherFilesAreReadAlike() throws {
    let dataset = try load(text)
    let path = try scratch.write("y,v,t,id,more\nyes,12,2,q,0\nno,13,1,r,0\nyes,11,1,q,0\n", as: "other.csv")
    let (table, notes) = try dataset.preparation.table(from: path)
    #expect(values(dataset, table) == [[11, 12], [13]] && table.classes == [1, 0] && notes.isEmpty)
    let unlabelled = try scratch.write("v,t,id\n12,2,q\n13,1,r\n11,1,q\n", as: "unlabelled.csv")
    let inputs = try dataset.preparation.inputs(from: unlabelled)
    #expect(inputs.targets == .none && values(dataset, inputs) == [[11, 12], [13]])
    let nameless = try scratch.write("v,t\n12,2\n13,1\n", as: "nameless.csv")
    #expect(throws: DataError(.table(.missingColumns(["id"], spare: [])), file: nameless, line: 1)) {
      _ = try dataset.preparation.inputs(from: nameless)
    }
  }

  @Test func columnsWithoutAHeaderAreFoundByPosition() throws {
    let rows = text.split(separator: "\n").dropFirst().joined(separator: "\n")
    var options = DataOptions(path: try scratch.write(rows), target: "2", validation: 0, test: 0)
    (options.sequenceID, options.time) = ("0", "1")
    // The last column, a text, is a feature here, and the number before it the target: not the same in a sequence.
    let error = loadFailure(options)
    #expect(error?.line == 1 && error?.column == "x2")
    options.target = nil
    let dataset = try Dataset.load(options, for: .rnn, seed: 0)
    #expect(dataset.featureNames == ["x2"])
    let inputs = try dataset.preparation.inputs(
      from: scratch.write("q,2,12\nr,1,13\nq,1,11\n", as: "other.csv"))
    #expect(values(dataset, inputs) == [[11, 12], [13]])
  }

  // MARK: Images

  @Test func pixelsAreSteps() throws {
    let (images, pixels) = (10, 6)
    let bytes = (0..<images * pixels).map { UInt8($0 * 7 % 256) }
    let labels = (0..<images).map { UInt8($0 % 2) }
    let path = try scratch.write(idx([images, 3, 2], bytes), as: "train-images-idx3-ubyte")
    _ = try scratch.write(idx([images], labels), as: "train-labels-idx1-ubyte")
    var options = DataOptions(path: path, validation: 0.2, test: 0)
    let plain = try Dataset.load(options, for: .rnn, seed: 1)
    let asRows = try Dataset.load(options, seed: 1)
    #expect(
      plain.training.structure == .sequences((0...8).map { Int32($0 * 6) }) && plain.training.columns == 1)
    #expect(plain.training.features == asRows.training.features && plain.image == nil)
    #expect(plain.preparation.inputShape == .steps(features: 1))

    options.permutation = 5
    let permuted = try Dataset.load(options, for: .rnn, seed: 1)
    #expect(permuted == (try Dataset.load(options, for: .rnn, seed: 1)) && permuted != plain)
    // All images in the same other order.
    let order = (0..<pixels).map { step in
      (0..<pixels).first { pixel in
        (0..<8).allSatisfy { permuted.training.row(6 * $0 + step) == plain.training.row(6 * $0 + pixel) }
      }
    }
    #expect(Set(order) == Set((0..<pixels).map { $0 }) && order != (0..<pixels).map { $0 })
    let (held, _) = try permuted.preparation.table(from: path)
    #expect(held.rows == images && held.structure == .sequences((0...10).map { Int32($0 * 6) }))
  }
}

import Datasets
import Experiment
import Foundation
import Fuzzing
import LinearAlgebra
import Testing

@Suite("NumPy arrays") struct NumPyTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  /// `savez_compressed`: X of 12 × 2 float32, y of texts.
  static let compressed = [UInt8](
    Data(
      base64Encoded:
        "UEsDBC0AAAAIAAAAIQAoGsNC//////////8FABQAWC5ucHkBABAA4AAAAAAAAACHAAAAAAAAAJvsF+obEMnIUMZQrZ6SWpxc"
        + "pG6loG6TZqKuo6Cell9UUpSYF59flJIKEndLzClOBYoXZyQWpAL5GoZGOgpGmjoKtQrkAi4GMGiwAxL2DAwOQNwAxAuA+AAQ"
        + "PwBiBgcGBgEgVgBiAyB2AOIAIE4A4gIgbgDiDiCeAMQzgHgBEK8A4g1AvMMBAFBLAwQtAAAACAAAACEAWf45bf//////////"
        + "BQAUAHkubnB5AQAQALAAAAAAAAAATgAAAAAAAACb7BfqGxDJyFDGUK2eklqcXKRupaBuE2qorqOgnpZfVFKUmBefX5SSChJ3"
        + "S8wpTgWKF2ckFqQC+RqGRjqaOgq1CuQDrlIGBqDdDAzE0gBQSwECLQMtAAAACAAAACEAKBrDQocAAADgAAAABQAAAAAAAAAA"
        + "AAAAgAEAAAAAWC5ucHlQSwECLQMtAAAACAAAACEAWf45bU4AAACwAAAABQAAAAAAAAAAAAAAgAG+AAAAeS5ucHlQSwUGAAAA"
        + "AAIAAgBmAAAAQwEAAAAA")!)

  /// `savez`: x_train in Fortran's order of big-endian int16, y_train of booleans, x_test, y_test.
  static let parts = [UInt8](
    Data(
      base64Encoded:
        "UEsDBC0AAAAAAAAAIQAn2JCd//////////8LABQAeF90cmFpbi5ucHkBABAA+AAAAAAAAAD4AAAAAAAAAJNOVU1QWQEAdgB7"
        + "J2Rlc2NyJzogJz5pMicsICdmb3J0cmFuX29yZGVyJzogVHJ1ZSwgJ3NoYXBlJzogKDIwLCAzKSwgfSAgICAgICAgICAgICAg"
        + "ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAKAAAAAwAGAAkADAAPABIAFQAYABsAHgAhACQA"
        + "JwAqAC0AMAAzADYAOQABAAQABwAKAA0AEAATABYAGQAcAB8AIgAlACgAKwAuADEANAA3ADoAAgAFAAgACwAOABEAFAAXABoA"
        + "HQAgACMAJgApACwALwAyADUAOAA7UEsDBC0AAAAAAAAAIQAKG2P9//////////8LABQAeV90cmFpbi5ucHkBABAAlAAAAAAA"
        + "AACUAAAAAAAAAJNOVU1QWQEAdgB7J2Rlc2NyJzogJ3xiMScsICdmb3J0cmFuX29yZGVyJzogRmFsc2UsICdzaGFwZSc6ICgy"
        + "MCwpLCB9ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAKAQABAAEA"
        + "AQABAAEAAQABAAEAAQBQSwMELQAAAAAAAAAhAEqU6/f//////////woAFAB4X3Rlc3QubnB5AQAQAOAAAAAAAAAA4AAAAAAA"
        + "AACTTlVNUFkBAHYAeydkZXNjcic6ICc8aTgnLCAnZm9ydHJhbl9vcmRlcic6IEZhbHNlLCAnc2hhcGUnOiAoNCwgMyksIH0g"
        + "ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgCgAAAAAAAAAAAQAAAAAA"
        + "AAACAAAAAAAAAAMAAAAAAAAABAAAAAAAAAAFAAAAAAAAAAYAAAAAAAAABwAAAAAAAAAIAAAAAAAAAAkAAAAAAAAACgAAAAAA"
        + "AAALAAAAAAAAAFBLAwQtAAAAAAAAACEAFMRTTf//////////CgAUAHlfdGVzdC5ucHkBABAAhAAAAAAAAACEAAAAAAAAAJNO"
        + "VU1QWQEAdgB7J2Rlc2NyJzogJ3xiMScsICdmb3J0cmFuX29yZGVyJzogRmFsc2UsICdzaGFwZSc6ICg0LCksIH0gICAgICAg"
        + "ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAKAQABAFBLAQItAy0AAAAAAAAA"
        + "IQAn2JCd+AAAAPgAAAALAAAAAAAAAAAAAACAAQAAAAB4X3RyYWluLm5weVBLAQItAy0AAAAAAAAAIQAKG2P9lAAAAJQAAAAL"
        + "AAAAAAAAAAAAAACAATUBAAB5X3RyYWluLm5weVBLAQItAy0AAAAAAAAAIQBKlOv34AAAAOAAAAAKAAAAAAAAAAAAAACAAQYC"
        + "AAB4X3Rlc3QubnB5UEsBAi0DLQAAAAAAAAAhABTEU02EAAAAhAAAAAoAAAAAAAAAAAAAAIABIgMAAHlfdGVzdC5ucHlQSwUG"
        + "AAAAAAQABADiAAAA4gMAAAAA")!)

  @Test func anArrayWithoutTargetsSaysWhatIsPredicted() throws {
    let numbers = (0..<40).map { Double($0 * 7 % 13) }
    let path = try scratch.write(npy("<f8", [20, 2], bytes(numbers)), as: "X.npy")
    let dataset = try Dataset.load(DataOptions(path: path, validation: 0, test: 0), seed: 1)
    #expect(dataset.targetName == "x1")
    #expect(dataset.notes.contains { $0.contains("the last column, x1, is predicted (--target") })
    let asked = try Dataset.load(DataOptions(path: path, target: "0", validation: 0, test: 0), seed: 1)
    #expect(asked.targetName == "x0" && !asked.notes.contains { $0.contains("--target") })
  }

  @Test func anArchiveIsATable() throws {
    let path = try scratch.write(Self.compressed, as: "data.npz")
    let dataset = try Dataset.load(DataOptions(path: path, validation: 0, test: 0), seed: 1)
    #expect(dataset.training.rows == 12 && dataset.featureNames == ["x0", "x1"])
    #expect(dataset.classNames == ["u", "v"] && dataset.targetName == "y")
    let text =
      "x0,x1,y\n"
      + (0..<12).map { "\(Double($0) / 2),\(Double($0) / 2 + 0.25),\($0 % 2 == 0 ? "u" : "v")\n" }
      .joined()
    let expected = try Dataset.load(
      DataOptions(path: scratch.write(text), validation: 0, test: 0), seed: 1)
    #expect(dataset.training == expected.training)
    // A table with the same columns can be predicted, and an archive by a model of tables.
    #expect(try dataset.preparation.inputs(from: scratch.write("x1,x0\n1,2\n")).rows == 1)
    #expect(try expected.preparation.table(from: path).table.rows == 12)
  }

  @Test func partsOfAnArchiveAreThoseParts() throws {
    let path = try scratch.write(Self.parts, as: "data.npz")
    let dataset = try Dataset.load(DataOptions(path: path, validation: 0.2), seed: 1)
    #expect([dataset.training.rows, dataset.validation.rows, dataset.test?.rows] == [16, 4, 4])
    #expect(dataset.classNames == ["0", "1"])
    let scaling = dataset.featureScaling
    // Fortran's order and bytes: the first row is 0, 1, 2.
    let first = (0..<3).map { Double(dataset.training.row(0)[$0]) * scaling.scales[$0] + scaling.means[$0] }
    #expect(first.map { $0.truncatingRemainder(dividingBy: 3).rounded() } == [0, 1, 2])
  }

  @Test func grayImagesAreSequencesForRecurrentNetworks() throws {
    _ = try scratch.write(npy("<i8", [12], bytes((0..<12).map { Int64($0 % 2 == 0 ? 7 : -3) })), as: "y.npy")
    let path = try scratch.write(npy("|u1", [12, 2, 3], (0..<72).map { UInt8($0) }), as: "x.npy")
    let options = DataOptions(path: path, validation: 0, test: 0)
    let dataset = try Dataset.load(options, for: .rnn, seed: 1)
    #expect(dataset.classNames == ["-3", "7"] && dataset.training.columns == 1)
    #expect(try dataset.preparation.table(from: path).table == dataset.training)
  }

  private func pixels(_ table: Examples?) -> [UInt8] {
    guard case .pixels(let rows)? = table?.structure else { return [] }
    return rows.bytes
  }

  @Test func pixelsOfOtherImagesAreReadByThoseOfTraining() throws {
    _ = try scratch.write(npy("|u1", [12], (0..<12).map { UInt8($0 % 2) }), as: "y_train.npy")
    _ = try scratch.write(npy("|u1", [2], [0, 1]), as: "y_test.npy")
    let values = (0..<48).map { UInt8($0 * 5) }
    let ones = bytes([Double](repeating: 1, count: 8))
    func load(_ type: String, _ training: [UInt8], test: [UInt8], _ testType: String) throws -> Dataset {
      _ = try scratch.write(npy(testType, [2, 2, 2], test), as: "X_test.npy")
      let path = try scratch.write(npy(type, [12, 2, 2], training), as: "X_train.npy")
      return try Dataset.load(DataOptions(path: path, validation: 0, test: 0), seed: 1)
    }
    let floats = try load("<f8", bytes(values.map { Double($0) }), test: ones, "<f8")
    #expect(floats.preparation.pixelRange == .floats)
    #expect(pixels(floats.training) == values && pixels(floats.test) == [UInt8](repeating: 1, count: 8))
    let black = try scratch.write(npy("<f8", [1, 2, 2], bytes([0.0, 1, 0, 1])), as: "black.npy")
    #expect(try pixels(floats.preparation.inputs(from: black)) == [0, 1, 0, 1])

    let dark = [UInt8](repeating: 1, count: 8)
    let integers = try load("|u1", values, test: dark, "|u1")
    #expect(integers.preparation.pixelRange == .integers && pixels(integers.test) == dark)
    #expect(try pixels(integers.preparation.inputs(from: black)) == [0, 255, 0, 255])

    let fractions = try load("<f8", bytes(values.map { Double($0) / 255 }), test: dark, "|u1")
    #expect(fractions.preparation.pixelRange == .fractions)
    #expect(pixels(fractions.training) == values && pixels(fractions.test) == dark)
    let bright = try scratch.write(npy("<f8", [1, 2, 2], bytes([0.0, 1, 0, 2])), as: "bright.npy")
    #expect(throws: DataError(.numpy(.pixelsAboveOne(2)), file: bright)) {
      try fractions.preparation.inputs(from: bright)
    }
    // A model of an older version reads them as that did.
    var older = floats.preparation
    older.pixelRange = nil
    #expect(try pixels(older.inputs(from: black)) == [0, 255, 0, 255])
  }

  @Test func whatCannotBeReadIsSaid() throws {
    func problem(_ bytes: [UInt8], _ name: String = "x.npy") throws -> DataError.Reason? {
      loadFailure(DataOptions(path: try scratch.write(bytes, as: name), validation: 0, test: 0))?.reason
    }
    #expect(try problem(npy("|O", [3, 2], [0])) == .numpy(.objects))
    #expect(try problem(npy("<c16", [3, 2], [0])) == .numpy(.type("<c16")))
    #expect(try problem(npy("<f8", [3, 2], [0])) == .numpy(.truncated))
    #expect(try problem(npy("<f8", [2, 2, 2, 2, 2], [0])) == .numpy(.shape([2, 2, 2, 2, 2])))
    #expect(try problem(npy("|u1", [3, 2, 2], [UInt8](repeating: 0, count: 12))) == .numpy(.noTarget))
    _ = try scratch.write(npy("|u1", [4], [0, 1, 0, 1]), as: "y.npy")
    #expect(
      try problem(npy("|u1", [3, 2], [1, 2, 3, 4, 5, 6])) == .numpy(.targetShape([4], rows: 3)))
    _ = try scratch.write(npy("|u1", [3], [0, 1, 0]), as: "y.npy")
    #expect(
      try problem(npy("<f8", [3, 1, 1], bytes([-1.0, 0, 300]))) == .numpy(.pixelRange))
    #expect(
      try problem(npy("<f8", [3, 1, 1], bytes([1.0, 0, .nan]))) == .numpy(.undefinedPixel(image: 2)))
    #expect(try problem(Array(Self.compressed.dropLast(30)), "cut.npz") == .numpy(.damagedArchive))
    #expect(
      try problem(Array("[('a', '<f8')]".utf8), "text.csv") != nil)
  }

  @Test func extentsAreBoundedByTheFile() throws {
    func problem(_ type: String, _ shape: [Int]) throws -> DataError.Reason? {
      let path = try scratch.write(npy(type, shape, [0, 0, 0, 0]), as: "a.npy")
      return loadFailure(DataOptions(path: path, validation: 0, test: 0))?.reason
    }
    #expect(try problem("<f8", [0, 1 << 62, 4]) == .numpy(.damaged))
    #expect(try problem("<f8", [0, 1 << 62]) == .numpy(.damaged))
    #expect(try problem("<f8", [1 << 40, 0]) == .numpy(.emptyRows([1 << 40, 0])))
    #expect(try problem("<f8", [3, 0]) == .numpy(.emptyRows([3, 0])))
    #expect(try problem("<U0", [1 << 40]) == .numpy(.type("<U0")))
    #expect(try problem("|S0", [1 << 40, 2]) == .numpy(.type("|S0")))
    #expect(try problem("<f8", [1 << 40, 1]) == .numpy(.truncated))
    #expect(try problem("<f8", [0, 2]) != nil)
  }

  private func place(of signature: [UInt8], in bytes: [UInt8], after start: Int = 0) throws -> Int {
    let place = (start..<bytes.count).first { bytes[$0...].starts(with: signature) }
    return try #require(place)
  }

  @Test func checksumsOfArchivesAreChecked() throws {
    func problem(_ bytes: [UInt8]) throws -> DataError? {
      loadFailure(DataOptions(path: try scratch.write(bytes, as: "data.npz"), validation: 0, test: 0))
    }
    // The last byte of x_train.npy, which ends where the header of y_train.npy begins.
    var stored = Self.parts
    let next = try place(of: [0x50, 0x4B, 3, 4], in: stored, after: 1)
    stored[next - 1] ^= 1
    let failure = try #require(try problem(stored))
    #expect(failure.reason == .numpy(.checksum(member: "x_train.npy")))
    #expect(failure.description.contains("data.npz") && failure.description.contains("x_train.npy"))
    // The checksum in the central directory itself.
    var deflated = Self.compressed
    let entry = try place(of: [0x50, 0x4B, 1, 2], in: deflated)
    deflated[entry + 16] ^= 1
    #expect(try problem(deflated)?.reason == .numpy(.checksum(member: "X.npy")))
    // A stored file is as long as what it is packed in.
    var longer = Self.parts
    let first = try place(of: [0x50, 0x4B, 1, 2], in: longer)
    longer[first + 24] += 1
    #expect(try problem(longer)?.reason == .numpy(.damagedArchive))
  }

  @Test func whatCannotBeReadBesideAnArrayIsSaid() throws {
    let path = try scratch.write(npy("|u1", [3, 2], [1, 2, 3, 4, 5, 6]), as: "X.npy")
    let whole = gzip(npy("|u1", [3], [0, 1, 0]))
    let targets = try scratch.write(Array(whole.dropLast(12)), as: "y.npy")
    let failure = try #require(loadFailure(DataOptions(path: path, validation: 0, test: 0)))
    #expect(failure == DataError(.file(.truncatedGzip), file: targets))
    // Enough of the archive to recognize it, but not the arrays.
    var stream = RandomStream(seed: 5, purpose: "cut")
    let noise = (0..<100_000).map { _ in UInt8(stream.below(256)) }
    let cut = try scratch.write(Array(gzip(Self.parts + noise).dropLast(50_000)), as: "cut.npz")
    let unread = loadFailure(DataOptions(path: cut, validation: 0, test: 0))
    #expect(unread == DataError(.file(.truncatedGzip), file: cut))
  }

  @Test func noDamageIsFatal() throws {
    let scratch = try Scratch(inMemory: true)
    var stream = RandomStream(seed: 5, purpose: "numpy")
    let wholes = [
      Self.compressed, Self.parts, npy("<f8", [12, 2], bytes((0..<24).map { Double($0) })),
      npy("<U1", [12, 2], bytes((0..<24).map { UInt32(97 + $0 % 3) })),
    ]
    let inputs = fuzzCount(usually: 1_200)
    var loaded = 0
    for round in 0..<inputs {
      var bytes = wholes[round % 4]
      for _ in 0...stream.below(3) where !bytes.isEmpty {
        let place = stream.below(bytes.count)
        switch stream.below(4) {
        case 0: bytes[place] = UInt8(truncatingIfNeeded: stream.next())
        case 1: bytes.removeSubrange(place...)
        case 2: bytes.insert(UInt8(truncatingIfNeeded: stream.next()), at: place)
        default: bytes[min(place, 127)] = UInt8(ascii: "0") + UInt8(stream.below(10))
        }
      }
      let path = try scratch.write(bytes, as: round % 4 < 2 ? "data.npz" : "a.npy")
      if let failure = loadFailure(DataOptions(path: path)) {
        #expect(failure.description.count > 20)
      } else {
        loaded += 1
      }
    }
    #expect(loaded > inputs / 50 && loaded < inputs)
  }
}

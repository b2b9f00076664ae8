import Datasets
import Experiment
import Foundation
import LinearAlgebra
import Testing

@Suite struct FormatTests {
  @Test func everyFormatHasASample() {
    let known = FormatSample.all.map { ObjectIdentifier($0.format) }
    for format in DataFormats.all { #expect(known.contains(ObjectIdentifier(format))) }
    let kinds = DataFormats.all.flatMap { $0.kinds }
    for kind in DataKind.allCases { #expect(kinds.contains(kind)) }
  }

  @Test func namesOfDataAreKnown() {
    for name in [
      "a.csv", "a.TSV.gz", "a.txt", "a.data", "t10k-images-idx3-ubyte", "t10k-images-idx3-ubyte.gz", "a.npz",
      "X.npy",
      "train.bin", "train.bin.gz", "a.PNG", "a.jpg", "a.jpeg",
    ] { #expect(DataFormats.hasDataName(name), "\(name)") }
    for name in ["a.toml", "a.md", "npz", "a.gz"] { #expect(!DataFormats.hasDataName(name), "\(name)") }
  }

  @Test(arguments: FormatSample.all)
  func isRecognizedAndReadInEveryRole(sample: FormatSample) throws {
    let scratch = try Scratch()
    let options = try sample.options(in: scratch)
    let path = try #require(options.path)
    #expect(Dataset.kind(of: options) == sample.kind)
    let format = try DataFormats.recognized(Probe(path), options)
    #expect(type(of: format) == sample.format)

    let dataset = try Dataset.load(options, seed: 1)
    #expect(dataset.training.rows == sample.rows.labeled)
    #expect(dataset.preparation.kind == sample.kind)
    let evaluated = try dataset.preparation.table(from: path).table
    #expect(evaluated.rows == sample.rows.labeled)
    if sample.kind != .translations { #expect(evaluated.targets != .none) }
    let predicted = try dataset.preparation.inputs(from: path)
    #expect(predicted.rows == sample.rows.all && predicted.targets == .none)
  }

  @Test(arguments: FormatSample.all.filter { !$0.path.isEmpty })
  func isReadWholeFromAPipe(sample: FormatSample) throws {
    let (regular, piped) = (try Scratch(), try Scratch())
    let expected = try Dataset.load(sample.options(in: regular), seed: 1)
    let options = try sample.options(in: piped)
    let path = try #require(options.path)
    let writer = try PipeWriter(path, try #require(sample.files[sample.path]))

    let probes = Probes()
    // As a command asks, before and after its flags are applied.
    for _ in 0..<2 { #expect(Dataset.kind(of: options, probes: probes) == sample.kind) }
    #expect(try Dataset.load(options, seed: 1, probes: probes) == expected)
    #expect(throws: DataError(.file(.pipeReadTwice), file: path)) {
      try Dataset.load(options, seed: 1, probes: probes)
    }
    writer.wait()
  }

  @Test(arguments: FormatSample.all.filter { !$0.path.isEmpty })
  func aPipeServesModels(sample: FormatSample) throws {
    let scratch = try Scratch()
    let options = try sample.options(in: scratch)
    let path = try #require(options.path)
    let preparation = try Dataset.load(options, seed: 1).preparation
    let table = try preparation.table(from: path).table
    let inputs = try preparation.inputs(from: path)
    let bytes = try #require(sample.files[sample.path])
    for compressed in [bytes, gzip(bytes)] {
      var writer = try PipeWriter(path, compressed)
      #expect(try preparation.table(from: path).table == table)
      writer.wait()
      writer = try PipeWriter(path, compressed)
      #expect(try preparation.inputs(from: path) == inputs)
      writer.wait()
    }
  }

  @Test func aPipeWhoseContentsAreKeptIsReadRepeatedly() throws {
    let scratch = try Scratch()
    // More than a pipe and any buffer hold.
    let rows = (0..<40_000).map { "\($0),\($0 % 7),\(["u", "v"][$0 % 2])\n" }
    let bytes = Array(("a,b,y\n" + rows.joined()).utf8)
    let options = DataOptions(path: try scratch.write(bytes))
    let expected = try (1...2).map { try Dataset.load(options, seed: $0) }
    let path = try #require(options.path)
    let writer = try PipeWriter(path, gzip(bytes))
    let probes = Probes()
    try probes[path].keepContents()
    for seed in 1...2 as ClosedRange<UInt64> {
      #expect(try Dataset.load(options, seed: seed, probes: probes) == expected[Int(seed) - 1])
    }
    writer.wait()
  }

  @Test(arguments: FormatSample.all, FormatSample.all)
  func dataOfAnotherKindAreRefusedAlikeInEveryRole(trained: FormatSample, given: FormatSample) throws {
    guard trained.kind != given.kind else { return }
    let (first, second) = (try Scratch(), try Scratch())
    let preparation = try Dataset.load(trained.options(in: first), seed: 1).preparation
    let path = try #require(try given.options(in: second).path)
    func failure(_ read: () throws -> Void) -> DataError? {
      do { try read() } catch { return error as? DataError }
      return nil
    }
    let found = failure { _ = try preparation.table(from: path) }
    // A text file can be read as whatever the model was trained on, as far as its columns allow.
    if [.images, .colorImages, .graphs].contains(given.kind) {
      #expect(found == DataError(.rows(.otherKind(expected: trained.kind, found: given.kind)), file: path))
      #expect(failure { _ = try preparation.inputs(from: path) } == found)
    } else {
      #expect(found != nil)
    }
  }

  @Test func theHelpNamesEveryFormatOnce() {
    #expect(
      DataFormats.summary
        == "a CSV or TSV file, a folder of PNG or JPEG images with a subfolder for each class, a folder of texts in two "
        + "languages (train.en, train.de), a folder of graphs (*_A.txt), a CIFAR-10 or CIFAR-100 file or folder "
        + "(*.bin), NumPy arrays (.npz with X and y, X.npy beside y.npy) or an IDX images file or a folder of them; "
        + "gzip or not")
  }
}

/// Writes bytes into a pipe in the place of a file, from another thread.
final class PipeWriter: Sendable {
  private let done = DispatchSemaphore(value: 0)

  init(_ path: String, _ bytes: [UInt8]) throws {
    try? FileManager.default.removeItem(atPath: path)
    try #require(mkfifo(path, 0o600) == 0)
    Thread { [done] in
      let descriptor = open(path, O_WRONLY)
      var written = 0
      while written < bytes.count {
        let count = bytes[written...].withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
        if count <= 0 { break }
        written += count
      }
      close(descriptor)
      done.signal()
    }.start()
  }

  /// Returns when a reader has taken the bytes, or has closed the pipe.
  func wait() { done.wait() }
}

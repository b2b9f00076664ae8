import Datasets
import Experiment
import Foundation
import LinearAlgebra
import Testing

/// Data in one format, small enough to be written by hand.
struct FormatSample: Sendable, CustomTestStringConvertible {
  let format: any DataFormat.Type
  let kind: DataKind
  /// Path within a folder and contents.
  let files: [String: [UInt8]]
  /// The file to give; empty for the folder itself.
  let path: String
  /// Beside the path: what names a reading.
  var reading = DataOptions()
  /// All rows with a target, and all rows.
  var rows = (labeled: 12, all: 12)

  var testDescription: String { "\(format) as \(path.isEmpty ? "folder" : path)" }

  /// Writes the files into a folder and returns the options that lead to them.
  func options(in scratch: Scratch) throws -> DataOptions {
    for (name, bytes) in files { _ = try scratch.write(bytes, as: name) }
    var options = reading
    options.path = path.isEmpty ? scratch.path : "\(scratch.path)/\(path)"
    (options.validation, options.test) = (0, 0)
    return options
  }
}

extension FormatSample {
  static let all = [
    table, sequences, texts, pair, languages, idxFile, idxFolder, cifarFile, cifarFolder, graphs,
    numpy, numpyImages, pictures,
  ]

  private static func text(_ lines: [String]) -> [UInt8] { Array(lines.map { $0 + "\n" }.joined().utf8) }

  private static let labels = (0..<12).map { ["u", "v"][$0 % 2] }

  static let table = FormatSample(
    format: DelimitedTable.self, kind: .table,
    files: ["rows.csv": text(["a,b,y"] + labels.indices.map { "\($0),\($0 * $0),\(labels[$0])" } + ["1,1,"])],
    path: "rows.csv", rows: (12, 13))

  static let sequences = FormatSample(
    format: SequenceTable.self, kind: .sequences,
    files: [
      "steps.csv": text(
        ["id,t,a,y"]
          + labels.indices.flatMap { id in (0..<3).map { "s\(id),\($0),\(id * $0),\(labels[id])" } })
    ], path: "steps.csv", reading: options { ($0.sequenceID, $0.time, $0.target) = ("id", "t", "y") })

  static let texts = FormatSample(
    format: LabeledTextTable.self, kind: .texts,
    files: ["texts.csv": text(["words,y"] + labels.indices.map { "some words \($0),\(labels[$0])" })],
    path: "texts.csv", reading: options { $0.text = "words" })

  private static let english = text((0..<12).map { "a man walks number \($0)" })
  private static let german = text((0..<12).map { "ein Mann geht Nummer \($0)" })

  static let pair = FormatSample(
    format: ParallelTexts.self, kind: .translations, files: ["all.en": english, "all.de": german],
    path: "all.en", reading: options { $0.target = "de" })

  static let languages = FormatSample(
    format: ParallelTexts.self, kind: .translations, files: ["train.en": english, "train.de": german],
    path: "")

  private static let images = idx([12, 2, 2], (0..<48).map { UInt8($0) })
  private static let digits = idx([12], (0..<12).map { UInt8($0 % 2) })

  static let idxFile = FormatSample(
    format: IDXImages.self, kind: .images, files: ["x-images": images, "x-labels": digits], path: "x-images")

  static let idxFolder = FormatSample(
    format: IDXImages.self, kind: .images,
    files: ["train-images-idx3-ubyte": images, "train-labels-idx1-ubyte": gzip(digits)], path: "")

  private static let colors = (0..<12).flatMap { image in
    [UInt8(image % 2)] + (0..<3072).map { UInt8(truncatingIfNeeded: $0 * image) }
  }

  static let cifarFile = FormatSample(
    format: CIFARImages.self, kind: .colorImages, files: ["photos.bin": colors], path: "photos.bin")

  static let cifarFolder = FormatSample(
    format: CIFARImages.self, kind: .colorImages, files: ["data_batch_1.bin": colors], path: "")

  static let numpy = FormatSample(
    format: NumPyArrays.self, kind: .table,
    files: [
      "X.npy": npy("<f8", [12, 2], bytes((0..<24).map { Double($0 * $0) / 4 })),
      "y.npy": npy("|u1", [12], (0..<12).map { UInt8($0 % 2) }),
    ], path: "X.npy")

  static let numpyImages = FormatSample(
    format: NumPyArrays.self, kind: .images,
    files: [
      "images.npy": npy("|u1", [12, 2, 3], (0..<72).map { UInt8($0) }),
      "labels.npy": npy("<i4", [12, 1], bytes((0..<12).map { Int32($0 % 3) })),
    ], path: "images.npy")

  static let pictures = FormatSample(
    format: PictureFolder.self, kind: .colorImages,
    files: Dictionary(
      uniqueKeysWithValues: (0..<12).map { image in
        let (width, height) = (3 + image % 4, 5)
        let pixels = (0..<width * height * 3).map { UInt8(truncatingIfNeeded: $0 * 7 + image * 20) }
        return ("\(labels[image])/\(image).png", png(width: width, height: height, pixels))
      }), path: "")

  static let graphs = FormatSample(
    format: GraphFolder.self, kind: .graphs,
    files: [
      "G_A.txt": text((0..<12).map { "\(2 * $0 + 1), \(2 * $0 + 2)" }),
      "G_graph_indicator.txt": text((0..<24).map { "\($0 / 2 + 1)" }),
      "G_graph_labels.txt": text((0..<12).map { "\($0 % 2)" }),
      "G_node_labels.txt": text((0..<24).map { "\($0 % 3)" }),
    ], path: "")

  private static func options(_ change: (inout DataOptions) -> Void) -> DataOptions {
    var options = DataOptions()
    change(&options)
    return options
  }
}

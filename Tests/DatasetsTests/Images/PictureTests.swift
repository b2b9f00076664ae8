import Datasets
import Experiment
import Foundation
import Fuzzing
import LinearAlgebra
import Testing

@Suite("Folders of pictures") struct PictureTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  /// 8 × 6 pixels: the left half red, the right half blue.
  static let jpeg = [UInt8](
    Data(
      base64Encoded:
        "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAIBAQEBAQIBAQECAgICAgQDAgICAgUEBAMEBgUGBgYFBgYGBwkIBgcJBwYGCAsI"
        + "CQoKCgoKBggLDAsKDAkKCgr/2wBDAQICAgICAgUDAwUKBwYHCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoK"
        + "CgoKCgoKCgoKCgoKCgr/wAARCAAGAAgDAREAAhEBAxEB/8QAHwAAAQUBAQEBAQEAAAAAAAAAAAECAwQFBgcICQoL/8QAtRAA"
        + "AgEDAwIEAwUFBAQAAAF9AQIDAAQRBRIhMUEGE1FhByJxFDKBkaEII0KxwRVS0fAkM2JyggkKFhcYGRolJicoKSo0NTY3ODk6"
        + "Q0RFRkdISUpTVFVWV1hZWmNkZWZnaGlqc3R1dnd4eXqDhIWGh4iJipKTlJWWl5iZmqKjpKWmp6ipqrKztLW2t7i5usLDxMXG"
        + "x8jJytLT1NXW19jZ2uHi4+Tl5ufo6erx8vP09fb3+Pn6/8QAHwEAAwEBAQEBAQEBAQAAAAAAAAECAwQFBgcICQoL/8QAtREA"
        + "AgECBAQDBAcFBAQAAQJ3AAECAxEEBSExBhJBUQdhcRMiMoEIFEKRobHBCSMzUvAVYnLRChYkNOEl8RcYGRomJygpKjU2Nzg5"
        + "OkNERUZHSElKU1RVVldYWVpjZGVmZ2hpanN0dXZ3eHl6goOEhYaHiImKkpOUlZaXmJmaoqOkpaanqKmqsrO0tba3uLm6wsPE"
        + "xcbHyMnK0tPU1dbX2Nna4uPk5ebn6Onq8vP09fb3+Pn6/9oADAMBAAIRAxEAPwD8+f2lf+YL/wBvP/tKv6a/Z6/81L/3Jf8A"
        + "u2f2B+0B/wCab/7nP/dU/9k=")!)

  private static func plain(_ color: [UInt8], width: Int = 5, height: Int = 4) -> [UInt8] {
    png(width: width, height: height, (0..<width * height).flatMap { _ in color })
  }

  private func write(_ folder: String, _ count: Int) throws {
    for image in 0..<count {
      let shade = UInt8(10 * image)
      _ = try scratch.write(
        Self.plain([255, shade, 0], width: 4 + image % 3), as: "\(folder)/red/\(image).png")
      _ = try scratch.write(
        Self.plain([0, shade, 255], height: 3 + image), as: "\(folder)/blue/\(image).PNG")
    }
  }

  @Test func foldersOfPartsAreThoseParts() throws {
    try write("train", 6)
    try write("val", 2)
    try write("test", 3)
    _ = try scratch.write("not a picture", as: "train/readme.txt")
    _ = try scratch.write("hidden", as: "train/red/.DS_Store")
    var options = DataOptions(path: scratch.path)
    options.imageSize = 8
    #expect(Dataset.kind(of: options) == .colorImages)
    let dataset = try Dataset.load(options, seed: 1)
    #expect([dataset.training.rows, dataset.validation.rows, dataset.test?.rows] == [12, 4, 6])
    #expect(dataset.image == ImageShape(width: 8, height: 8, channels: 3))
    #expect(dataset.classNames == ["blue", "red"])
    let pixels = try ColorImageTests.pixels(dataset.validation)
    #expect(Array(pixels.bytes[..<6]) == [0, 0, 255, 0, 0, 255])
    #expect(dataset.notes.isEmpty)
    let again = try dataset.preparation.table(from: scratch.path).table
    #expect(again.rows == 6 && again.targets == dataset.test?.targets)
  }

  @Test func jpegsAreReadAndShrunk() throws {
    for image in 0..<4 {
      _ = try scratch.write(Self.jpeg, as: "photos/\(image).jpg")
      _ = try scratch.write(Self.plain([0, 255, 0]), as: "drawings/\(image).png")
    }
    var options = DataOptions(path: scratch.path, validation: 0, test: 0)
    options.imageSize = 4
    let dataset = try Dataset.load(options, seed: 1)
    let image = try ColorImageTests.pixels(dataset.training).bytes.suffix(48).map { Int($0) }
    #expect(image[0] > 220 && image[2] < 60, "red on the left")
    #expect(image[9] < 60 && image[11] > 200, "blue on the right")
  }

  @Test func damagedPicturesAreLeftOutByName() throws {
    try write(".", 4)
    _ = try scratch.write(Array(Self.jpeg.prefix(400)), as: "red/cut.jpg")
    _ = try scratch.write(Array("<html>".utf8), as: "red/page.png")
    _ = try scratch.write([], as: "blue/empty.jpeg")
    let dataset = try Dataset.load(DataOptions(path: scratch.path, validation: 0, test: 0), seed: 1)
    #expect(dataset.training.rows == 8)
    let note = try #require(dataset.notes.first)
    #expect(note.hasPrefix("3 images cannot be read and are left out: "))
    let report = DataReport(dataset, file: "pictures")
    #expect(report.notes == dataset.notes && report.shape?.hasSuffix("pixels in color") == true)
    for name in ["red/cut.jpg", "red/page.png", "blue/empty.jpeg"] { #expect(note.contains(name)) }
  }

  @Test func picturesInOtherFormatsAreCounted() throws {
    try write(".", 4)
    for name in ["red/a.webp", "blue/b.GIF", "green/c.tiff", "green/d.bmp"] {
      _ = try scratch.write("not read", as: name)
    }
    let dataset = try Dataset.load(DataOptions(path: scratch.path, validation: 0, test: 0), seed: 1)
    #expect(dataset.training.rows == 8 && dataset.classNames == ["blue", "red"])
    let note = try #require(dataset.notes.first)
    #expect(note.hasPrefix("4 images in other formats than PNG and JPEG are left out: "))
    #expect(note.contains("blue/b.GIF") && note.contains("mogrify -format png"))
  }

  @Test func onePictureAndAFolderWithoutClassesArePredicted() throws {
    try write("all", 4)
    var options = DataOptions(path: "\(scratch.path)/all", validation: 0, test: 0)
    options.imageSize = 6
    let preparation = try Dataset.load(options, seed: 1).preparation
    let one = try preparation.inputs(from: "\(scratch.path)/all/red/1.png")
    #expect(one.rows == 1 && one.targets == .none)
    #expect(try preparation.inputs(from: "\(scratch.path)/all/red").rows == 4)
    #expect(throws: DataError(.images(.noClassFolders), file: "\(scratch.path)/all/red")) {
      try Dataset.load(DataOptions(path: "\(scratch.path)/all/red"), seed: 1)
    }
    _ = try scratch.write([1, 2, 3], as: "all/red/bad.png")
    #expect(throws: DataError.self) { try preparation.inputs(from: "\(scratch.path)/all/red") }
  }

  // MARK: Gray pictures

  /// Of different sizes, in a folder for each of two classes.
  private func writeGray(_ folder: String) throws {
    for image in 0..<4 {
      let shade = UInt8(60 * image)
      _ = try scratch.write(grayPNG(width: 3, height: 2, shade), as: "\(folder)/dark/\(image).png")
      _ = try scratch.write(grayPNG(width: 2, height: 2, 255 - shade), as: "\(folder)/light/\(image).png")
    }
  }

  private func dataset(_ folder: String) throws -> Dataset {
    var options = DataOptions(path: "\(scratch.path)/\(folder)", validation: 0, test: 0)
    options.imageSize = 4
    // They are learned from as photographs are.
    #expect(Dataset.kind(of: options) == .colorImages)
    return try Dataset.load(options, seed: 1)
  }

  @Test func grayPicturesHaveOneChannel() throws {
    try writeGray("gray")
    let gray = try dataset("gray")
    #expect(gray.image == ImageShape(width: 4, height: 4) && gray.preparation.kind == .images)
    #expect(gray.notes.contains { $0.contains("gray") })
    #expect(Set(try ColorImageTests.pixels(gray.training).bytes) == [0, 60, 120, 180, 75, 135, 195, 255])
    let one = try gray.preparation.inputs(from: "\(scratch.path)/gray/dark/1.png")
    #expect(try ColorImageTests.pixels(one).bytes == [UInt8](repeating: 60, count: 16))
    #expect(try gray.preparation.table(from: "\(scratch.path)/gray").table.rows == 8)
    let red = try scratch.write(Self.plain([255, 0, 0]), as: "red.png")
    #expect(throws: DataError(.rows(.otherKind(expected: .images, found: .colorImages)), file: red)) {
      try gray.preparation.inputs(from: red)
    }
  }

  @Test func oneColoredPictureMakesThreeChannels() throws {
    try writeGray("mixed")
    _ = try scratch.write(Self.plain([9, 9, 9]), as: "mixed/light/9.png")
    let mixed = try dataset("mixed")
    #expect(mixed.image?.channels == 3 && mixed.notes.isEmpty)
    let one = try mixed.preparation.inputs(from: "\(scratch.path)/mixed/dark/1.png")
    #expect(try ColorImageTests.pixels(one).bytes == [UInt8](repeating: 60, count: 48))
  }

  /// What an older version read in three channels goes on as it was.
  @Test func aModelOfThreeChannelsReadsGrayPicturesAgain() throws {
    try writeGray("all")
    let extra = try scratch.write(Self.plain([9, 9, 9]), as: "all/light/9.png")
    let old = try dataset("all").preparation
    try FileManager.default.removeItem(atPath: extra)
    var options = DataOptions(path: "\(scratch.path)/all", validation: 0, test: 0)
    options.imageSize = 4
    let again = try Dataset.load(options, seed: 1, preparedBy: old)
    #expect(again.image?.channels == 3)
  }

  /// Models of other gray images, which a recurrent network may read as sequences.
  @Test(arguments: [NetworkKind.mlp, .rnn]) func modelsOfGrayArraysReadPictures(network: NetworkKind) throws {
    _ = try scratch.write(npy("|u1", [12], (0..<12).map { UInt8($0 % 2) }), as: "y.npy")
    let path = try scratch.write(npy("|u1", [12, 2, 2], (0..<48).map { UInt8($0 * 5) }), as: "x.npy")
    let options = DataOptions(path: path, validation: 0, test: 0)
    let preparation = try Dataset.load(options, for: network, seed: 1).preparation
    let gray = try scratch.write(grayPNG(width: 2, height: 2, 60), as: "gray.png")
    let array = try scratch.write(npy("|u1", [1, 2, 2], [60, 60, 60, 60]), as: "gray.npy")
    #expect(try preparation.inputs(from: gray) == preparation.inputs(from: array))
    try writeGray("all")
    #expect(throws: DataError.self) { try preparation.table(from: "\(scratch.path)/all") }
    for name in ["0", "1"] {
      _ = try scratch.write(grayPNG(width: 2, height: 2, 60), as: "named/\(name)/a.png")
    }
    #expect(try preparation.table(from: "\(scratch.path)/named").table.classes == [0, 1])
  }

  @Test func aStrangeClassIsNamed() throws {
    try write("all", 3)
    let preparation = try Dataset.load(
      DataOptions(path: "\(scratch.path)/all", validation: 0, test: 0), seed: 1
    ).preparation
    _ = try scratch.write(Self.plain([1, 2, 3]), as: "other/green/1.png")
    _ = try scratch.write(Self.plain([1, 2, 3]), as: "other/red/1.png")
    #expect(
      throws: DataError(
        .rows(.unknownClass("green", known: ["blue", "red"])), file: "\(scratch.path)/other")
    ) { try preparation.table(from: "\(scratch.path)/other") }
  }

  @Test func cifarHundredHasTwoKindsOfClasses() throws {
    func file(_ images: Range<Int>) -> [UInt8] {
      images.flatMap { image in
        [UInt8(image % 20), UInt8(image % 100)] + (0..<3072).map { UInt8(truncatingIfNeeded: $0 * image) }
      }
    }
    _ = try scratch.write(file(0..<220), as: "train.bin")
    _ = try scratch.write(file(0..<40), as: "test.bin")
    _ = try scratch.write(
      (0..<100).map { "fine_\($0)\n" }.joined(), as: "fine_label_names.txt")
    var options = DataOptions(path: scratch.path)
    let fine = try Dataset.load(options, seed: 1)
    #expect(fine.classNames.count == 100 && fine.classNames[3] == "fine_3")
    #expect(fine.test?.rows == 40)
    options.coarse = true
    let coarse = try Dataset.load(options, seed: 1)
    #expect(coarse.classNames == (0..<20).map { "\($0)" })
    #expect(try coarse.preparation.table(from: scratch.path).table.targets == coarse.test?.targets)
    #expect(try fine.preparation.table(from: scratch.path).table.targets == fine.test?.targets)
  }

  /// Whatever is damaged, a picture is read or left out; half of the damaged PNG files have right checksums.
  @Test func noDamageIsFatal() throws {
    let scratch = try Scratch(inMemory: true)
    var stream = RandomStream(seed: 4, purpose: "pictures")
    for (folder, shade) in [("red", UInt8(255)), ("red", 200), ("blue", 0), ("blue", 50)] {
      _ = try scratch.write(Self.plain([shade, 9, 255 - shade]), as: "\(folder)/\(shade).png")
    }
    let whole = [
      Self.jpeg, png(width: 9, height: 7, (0..<189).map { UInt8(truncatingIfNeeded: $0 * 31) }),
    ]
    let inputs = fuzzCount(usually: 500)
    var left = 0
    for round in 0..<inputs {
      var bytes = whole[round % 2]
      for _ in 0...stream.below(3) where !bytes.isEmpty {
        let place = stream.below(bytes.count)
        switch stream.below(4) {
        case 0, 1: bytes[place] = UInt8(truncatingIfNeeded: stream.next())
        case 2: bytes.removeSubrange(place...)
        default: bytes.insert(UInt8(truncatingIfNeeded: stream.next()), at: place)
        }
      }
      if round % 4 == 1 { bytes = withChecksums(bytes) }
      _ = try scratch.write(bytes, as: "red/damaged.jpg")
      var options = DataOptions(path: scratch.path, validation: 0, test: 0)
      options.imageSize = 5
      let dataset = try Dataset.load(options, seed: 1)
      left += dataset.notes.count
      #expect(dataset.training.rows == (dataset.notes.isEmpty ? 5 : 4))
    }
    #expect(left > inputs / 10 && left < inputs)
  }
}

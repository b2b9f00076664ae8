import AtomicFiles
import Foundation
import LinearAlgebra
import ModelFiles
import Testing

@Suite("Safetensors")
struct SafetensorsTests {
  private func f32(_ shape: [Int], _ values: [Float]) -> Safetensors.Tensor {
    .init(shape: shape, .f32(values))
  }

  /// A header and data after it.
  private func file(_ header: String, _ data: Int = 0) -> Data {
    var result = withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Data($0) }
    result += Data(header.utf8)
    return result + Data(repeating: 0, count: data)
  }

  private func reason(_ data: Data) -> ModelFileError.Reason? {
    failure { () throws(ModelFileError) in _ = try Safetensors(data, file: "f") }?.reason
  }

  @Test func aFileOfThePythonPackageIsRead() throws {
    let path = try #require(
      Bundle.module.path(forResource: "python", ofType: "safetensors", inDirectory: "Fixtures"))
    let file = try Safetensors(contentsOf: path)
    #expect(file.metadata == ["made by": "the Python package", "tab\t": "\\"])
    #expect(
      file.tensors == [
        "blocks.0.weights": f32([2, 3], [0.5, -1.25, Float(3e-39 as Double), 65536, -0.0, 1 / 3]),
        "blocks.0.bias": .init(shape: [3], .f64([1 / 3, -2e300, 0])),
        "none": f32([0, 4], []),
        "scalar": f32([], [7]),
        "größe \"x\"\n": f32([2], [1, 2]),
      ])
  }

  @Test func whatIsWrittenIsReadBack() throws {
    var random = RandomStream(seed: 4, purpose: "tensors")
    for _ in 0..<200 {
      var tensors: [String: Safetensors.Tensor] = [:]
      for _ in 0..<random.below(6) {
        let name = (0..<random.below(6)).map { _ in
          ["a", "\"", "\\", "\u{1}", "ö", "😀", "\n", "."][random.below(8)]
        }.joined()
        let shape = (0..<random.below(4)).map { _ in random.below(4) }
        let count = shape.reduce(1, *)
        let bits = (0..<count).map { _ in random.next() }
        let isDouble = random.below(2) == 0
        tensors[name] = .init(
          shape: shape,
          isDouble
            ? .f64(bits.map { Double($0 >> 1) }) : .f32(bits.map { Float(UInt32(truncatingIfNeeded: $0)) }))
      }
      let metadata = random.below(2) == 0 ? [:] : ["k\u{7f}": "v\t\"😀"]
      let file = Safetensors(tensors: tensors, metadata: metadata)
      let data = file.data
      #expect(try Safetensors(data, file: "f") == file)
      #expect(data.prefix(8)[0] % 8 == 0, "the data must start at a multiple of 8")
    }
  }

  @Test func everyBitSurvives() throws {
    let patterns: [UInt32] = [0, 0x8000_0000, 1, 0x7F80_0000, 0x7FC0_0001, 0xFF80_0000, 0x3F80_0001]
    let file = Safetensors(tensors: ["x": f32([7], patterns.map { Float(bitPattern: $0) })])
    guard case .f32(let values) = try Safetensors(file.data, file: "f").tensors["x"]?.elements else {
      Issue.record("the tensor is missing")
      return
    }
    #expect(values.map(\.bitPattern) == patterns)
  }

  @Test func damageIsNamed() {
    let x = #""x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}"#
    func entry(_ shape: String, _ offsets: String, _ type: String = "F32", _ name: String = "y") -> String {
      #""\#(name)":{"dtype":"\#(type)","shape":[\#(shape)],"data_offsets":[\#(offsets)]}"#
    }
    let cases: [(Data, ModelFileError.Reason)] = [
      (Data([1, 2, 3]), .tensors(.tooShort(bytes: 3))),
      (Data(), .tensors(.tooShort(bytes: 0))),
      (Data(repeating: 0xFF, count: 20), .tensors(.headerLength(.max, bytes: 20))),
      (file("{\(x)}", 8).prefix(30), .tensors(.headerLength(54, bytes: 30))),
      (file("{\(x)}", 7), .tensors(.cutOff(tensor: "x", end: 70, bytes: 69))),
      (file("{\(x)}", 9), .tensors(.trailingBytes(1))),
      (file("{}", 1), .tensors(.trailingBytes(1))),
      (file("{\(x),\(x)}", 8), .tensors(.duplicateTensor("x"))),
      (
        file("{\(x),\(entry("1", "8,12", "BF16"))}", 12),
        .tensors(.unsupportedType(tensor: "y", type: "BF16"))
      ),
      (file("{\(x),\(entry("1", "12,8"))}", 8), .tensors(.reversedOffsets(tensor: "y", begin: 12, end: 8))),
      (file("{\(x),\(entry("1", "4,8"))}", 8), .tensors(.gap(tensor: "y", begin: 4, expected: 8))),
      (file("{\(x),\(entry("1", "12,16"))}", 16), .tensors(.gap(tensor: "y", begin: 12, expected: 8))),
      (file("{\(x),\(entry("2", "0,8"))}", 8), .tensors(.gap(tensor: "y", begin: 0, expected: 8))),
      (
        file("{\(entry("3", "0,8"))}", 8),
        .tensors(.sizeMismatch(tensor: "y", shape: [3], type: "F32", bytes: 8))
      ),
      (
        file("{\(entry("4294967296,4294967297", "0,8"))}", 8),
        .tensors(.sizeMismatch(tensor: "y", shape: [4_294_967_296, 4_294_967_297], type: "F32", bytes: 8))
      ),
      (
        // The product wraps around to 2.
        file("{\(entry("\(Int.max),\(Int.max),2", "0,8"))}", 8),
        .tensors(.sizeMismatch(tensor: "y", shape: [.max, .max, 2], type: "F32", bytes: 8))
      ),
      (
        file("{\(entry("", "0,8"))}", 8),
        .tensors(.sizeMismatch(tensor: "y", shape: [], type: "F32", bytes: 8))
      ),
      (
        file("{\(entry("9223372036854775808", "0,8"))}", 8),
        .tensors(.badHeader(byte: 37, expected: "a whole number below 2^63"))
      ),
      (
        file("{\(entry("-1", "0,8"))}", 8),
        .tensors(.badHeader(byte: 37, expected: "a whole number below 2^63"))
      ),
      (
        file("{\(entry("02", "0,8"))}", 8),
        .tensors(.badHeader(byte: 37, expected: "a whole number below 2^63"))
      ),
      (file("[]"), .tensors(.badHeader(byte: 8, expected: "'{'"))),
      (file("{} x"), .tensors(.badHeader(byte: 11, expected: "the end"))),
      (file(#"{"x"#), .tensors(.badHeader(byte: 11, expected: "a closing quote"))),
      (file(#"{"\ud800":"#), .tensors(.badHeader(byte: 16, expected: "a pair of surrogates"))),
      (file(#"{"__metadata__":{"a":1}}"#), .tensors(.badHeader(byte: 29, expected: "'\"'"))),
    ]
    for (data, expected) in cases { #expect(reason(data) == expected) }
    var text = file("{\"x\":0}")
    text[10] = 0xFF
    #expect(reason(text) == .tensors(.headerNotUTF8))
  }

  @Test func noElementsMayHaveAnyExtents() throws {
    let shape = [4_611_686_018_427_387_904, 4, 0]
    let data = file(#"{"x":{"dtype":"F32","shape":[4611686018427387904,4,0],"data_offsets":[0,0]}}"#)
    #expect(try Safetensors(data, file: "f").tensors == ["x": f32(shape, [])])
  }

  @Test func spaceAndEscapesAreJSON() throws {
    let header = """
      { "\\u0041\\ud83d\\ude00\\/" : { "shape" : [ 1 , 1 ] ,\t"dtype":"F64", "data_offsets":[0,\n8] } }  \n
      """
    #expect(
      try Safetensors(file(header, 8), file: "f").tensors
        == ["A😀/": .init(shape: [1, 1], .f64([0]))])
  }

  @Test func aPathThatIsNoFileIsRefused() throws {
    let scratch = try Scratch()
    #expect(
      failure { () throws(ModelFileError) in _ = try Safetensors(contentsOf: scratch.path) }?.reason
        == .access(.notAFile))
    let pipe = "\(scratch.path)/pipe"
    #expect(mkfifo(pipe, 0o600) == 0)
    #expect(
      failure { () throws(ModelFileError) in _ = try Safetensors(contentsOf: pipe) }?.reason
        == .access(.notAFile))
    #expect(
      failure { () throws(ModelFileError) in _ = try Safetensors(contentsOf: scratch.path + "/x") }?.reason
        == .access(.notFound))
    // More than memory, in no blocks on the disk.
    let sparse = try scratch.write(Data(), as: "sparse")
    #expect(truncate(sparse, 1 << 42) == 0)
    guard
      case .access(.tooLarge) = failure({ () throws(ModelFileError) in _ = try Safetensors(contentsOf: sparse)
      })?
      .reason
    else {
      Issue.record("a file larger than memory must be refused")
      return
    }
  }

  @Test func errorsAreOneSentence() {
    let error = ModelFileError(
      .tensors(.cutOff(tensor: "blocks.0.weights", end: 900, bytes: 812)), file: "model.safetensors")
    #expect(
      error.description
        == "model.safetensors: tensor \"blocks.0.weights\" ends at byte 900, but the file has 812: the file "
        + "is cut off; use another checkpoint")
    #expect(
      ModelFileError(.model(.missingTensor("a\u{1B}[2J\nb")), file: "x\u{7}").description
        == "x\\u{7}: tensor \"a\\u{1B}[2J\\u{A}b\" is missing; use another checkpoint")
  }
}

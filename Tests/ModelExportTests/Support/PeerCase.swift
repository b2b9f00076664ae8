import Foundation
import ModelExport
import Peers
import Testing

/// Inputs and what is expected of them, as the scripts beside the tests read them.
struct PeerCase: Encodable {
  var inputs: [Entry]
  var outputs: [Entry]
  /// Whether each row of the inputs is predicted by itself.
  var isByRow = true

  struct Entry: Encodable {
    var name: String
    var type: String
    var shape: [Int]
    /// `nil` for NaN.
    var numbers: [Double?] = []
    var texts: [String] = []

    /// Of float32, float64 or int64.
    init(_ name: String, type: String = "float32", _ shape: [Int], _ numbers: [Double]) {
      (self.name, self.type, self.shape) = (name, type, shape)
      self.numbers = numbers.map { $0.isNaN ? nil : $0 }
    }

    init(_ name: String, _ shape: [Int], integers: [Int32]) {
      self.init(name, type: "int64", shape, integers.map { Double($0) })
    }

    init(_ name: String, texts: [String]) {
      (self.name, type, shape, self.texts) = (name, "string", [texts.count], texts)
    }
  }

  /// What a script says of a file and this case.
  func check(_ file: some Sequence<UInt8>, called name: String, by script: String) throws {
    let folder = try PeerFolder()
    try folder.write(file, as: name)
    try folder.write(JSONEncoder().encode(self), as: "case.json")
    let verdict = try Peer.run(script, folder.path)
    #expect(verdict.isContent, "\(verdict.output)")
  }
}

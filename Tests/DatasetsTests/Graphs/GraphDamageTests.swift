import Datasets
import Experiment
import Fuzzing
import LinearAlgebra
import Testing

@Suite struct GraphDamageTests {
  @Test func damageIsSurvived() throws {
    let scratch = try Scratch(inMemory: true)
    var stream = RandomStream(seed: 1, purpose: "graph damage")
    let inputs = fuzzCount(usually: 250)
    var loaded = 0
    var full = GraphFiles()
    full.edgeLabels = "1\n2\n"
    full.values = "0.5\n1.5\n-2\n4\n"
    full.attributes = "1, 5\n2, 4\n3, 3\n4, 2\n5, 1\n6, 0\n7, -1\n"
    for _ in 0..<inputs {
      let target = stream.below(full.all.count)
      for (index, file) in full.all.enumerated() {
        var bytes = Array(file.text.utf8)
        if index == target {
          for _ in 0...stream.below(2) {
            let place = stream.below(bytes.count)
            switch stream.below(3) {
            case 0: bytes[place] = UInt8(truncatingIfNeeded: stream.next())
            case 1: bytes.insert(Array("\n,- .9\r\0".utf8)[stream.below(8)], at: place)
            default: bytes.remove(at: place)
            }
          }
        }
        _ = try scratch.write(bytes, as: "DS_\(file.end).txt")
      }
      let options = DataOptions(path: scratch.path, validation: 0, test: 0)
      if let error = loadFailure(options) {
        #expect(error.description.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control })
        continue
      }
      let graphs = try #require(try Dataset.load(options, seed: 1).training.graphs)
      #expect(graphs.neighborStarts.count == Int(graphs.nodeOffsets.last!) + 1)
      for graph in 0..<graphs.count {
        let nodes = Int32(graphs.nodes(of: graph).count)
        #expect(graphs.neighbors[graphs.edges(of: graph)].allSatisfy { $0 >= 0 && $0 < nodes })
      }
      #expect(graphs.attributes.allSatisfy { $0.isFinite })
      loaded += 1
    }
    #expect(loaded > 0 && loaded < inputs)
  }
}

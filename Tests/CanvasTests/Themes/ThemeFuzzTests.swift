import Canvas
import Foundation
import Fuzzing
import Testing

/// Damaged themes give a theme or an error that can be read.
@Suite("Damaged themes")
struct ThemeFuzzTests {
  private static let fragments = [
    "#ffffff", "#12", "\"#GGGGGG\"", "bold", "series = []\n", "text = 3\n", "[text]\n", "\"\"\"", "inf",
    "name = \"\"\n",
  ].map { Array($0.utf8) }

  @Test func themes() throws {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(
      path: "../../../themes")
    let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
      .filter { $0.pathExtension == "toml" }.sorted { $0.path < $1.path }
      .map { [UInt8](try Data(contentsOf: $0)) }
    try #require(files.count >= 5)
    var mutator = Mutator(seed: 5)
    var read = 0
    for number in 0..<fuzzInputs {
      let bytes = mutator.mutated(files[number % files.count], fragments: Self.fragments)
      do throws(ThemeError) {
        _ = try Theme(text: String(decoding: bytes, as: UTF8.self), path: "my.toml")
        read += 1
      } catch {
        #expect(error.description.count > 15 && error.description.count < 600)
        #expect(error.description.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control })
      }
    }
    #expect(read > fuzzInputs / 20 && read < fuzzInputs * 19 / 20, "\(read) of \(fuzzInputs) were read")
  }
}

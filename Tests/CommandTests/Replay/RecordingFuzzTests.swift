import Foundation
import Fuzzing
import protocol PlainText.UserFacingError
import awn_tui
import Testing
import UserInterface

/// Damaged records of a run are shown as far as they can be read, or refused in one sentence.
@Suite(.timeLimit(.minutes(60))) struct RecordingFuzzTests {
  @Test("Damaged records are shown or refused") func damage() async throws {
    let (scratch, folder) = try await recordedRun(epochs: 3, inMemory: true)
    defer { withExtendedLifetime(scratch) {} }
    let names = ["metrics.jsonl", "events.jsonl"]
    let whole = try names.map { try Array(Data(contentsOf: URL(filePath: "\(folder)/\($0)"))) }
    var mutator = Mutator(seed: 22)
    let inputs = fuzzCount(usually: 300)
    var shown = 0
    for number in 0..<inputs {
      for (index, name) in names.enumerated() {
        let bytes = number % 3 == index ? whole[index] : mutator.mutated(whole[index])
        try Data(bytes).write(to: URL(filePath: "\(folder)/\(name)"))
      }
      do {
        let recording = try Recording(folder: folder)
        for moment in Set([0, recording.count / 2, recording.count - 1]) where moment >= 0 {
          _ = recording.snapshot(at: moment)
          _ = recording.events(at: moment)
        }
        shown += 1
      } catch {
        let sentence = (error as? any UserFacingError)?.sentence ?? ""
        #expect(sentence.count > 15 && !sentence.contains("\n"), "\(error)")
      }
    }
    #expect(shown > inputs / 50, "\(shown)")
  }
}

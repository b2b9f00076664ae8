import Experiment
import Foundation
import Testing

/// Cuts in event files.
@Suite struct CutMessageTests {
  private func decoded(_ kind: String) throws -> Event.Kind {
    let line = #"{"step":5,"epoch":0.5,"kind":\#(kind)}"#
    return try JSONDecoder().decode(Event.self, from: Data(line.utf8)).kind
  }

  /// Versions that cut plainly alone did not write how.
  @Test func eventsWithoutAMethodAreReadAsTheyWere() throws {
    #expect(
      try decoded(#"{"truncated":{"layer":1,"from":9,"to":4}}"#) == .truncated(layer: 1, from: 9, to: 4))
    #expect(
      try decoded(#"{"truncatedAll":{"from":[9,8],"to":[4,3]}}"#)
        == .truncatedAll(from: [9, 8], to: [4, 3]))
  }

  @Test(arguments: CutMethod.allCases) func theMethodIsWritten(_ method: CutMethod) throws {
    for kind in [
      Event.Kind.truncated(layer: 0, from: 9, to: 4, method: method),
      .truncatedAll(from: [9], to: [4], method: method), .reordered(layer: 2),
    ] {
      let event = Event(step: 5, epoch: 0.5, kind: kind)
      let data = try JSONEncoder().encode(event)
      #expect(try JSONDecoder().decode(Event.self, from: data) == event)
    }
    let data = try JSONEncoder().encode(
      Event(step: 5, epoch: 0.5, kind: .truncated(layer: 0, from: 9, to: 4, method: method)))
    #expect(String(decoding: data, as: UTF8.self).contains(#""method":"\#(method.rawValue)""#))
  }
}

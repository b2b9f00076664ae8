import Dashboard
import Experiment
import Testing

/// Messages that are longer than the line above the footer.
@Suite struct LongMessageTests {
  private let sentence =
    "cannot write to runs/spiral-20260101: no space is left on its disk; training goes on, and what is to be "
    + "recorded waits"

  /// The two lines above the footer of a screen of the usual size.
  private func shown(_ driver: Driver) -> String {
    let rows = driver.at(80, 24).rows
    return (rows[21] + " " + rows[22]).split(separator: " ").joined(separator: " ")
  }

  @Test func theyGoOnInTheLineBelow() {
    let driver = Driver(Fixtures.spiralState())
    #expect(shown(driver.receives(.warning(sentence))) == sentence)
    #expect(shown(driver.receives(.notice(sentence))) == sentence)
    // Where that is full, too, an ellipsis says so.
    let longer = sentence + ", and this is more than two lines of eighty columns have room for"
    #expect(shown(driver.receives(.notice(longer))).hasSuffix("…"))
  }

  /// A word is not broken, and one that is as long as a line is cut.
  @Test func theyAreBrokenAtSpaces() {
    let path = "/home/" + String(repeating: "folder/", count: 20)
    let text = shown(Driver(Fixtures.spiralState()).receives(.notice("saved in " + path)))
    #expect(text.hasPrefix("saved in /home/folder/") && text.hasSuffix("…"), "\(text)")
  }
}

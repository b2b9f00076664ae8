import Dashboard
import Experiment
import Testing

@Suite struct DetachTests {
  private func driver(_ link: Link) -> Driver { Driver(Fixtures.spiralState()).with { $0.run.link = link } }

  @Test func aRunIsLeftOrDetachedFrom() {
    #expect(driver(.own(refusal: nil)).press("d").effects == [.detach])
    #expect(driver(.attached).press("d").effects == [.quit])
    #expect(driver(.attached).press("q").effects == [.quit])
    let refused = driver(.own(refusal: "nothing keeps it")).press("d")
    #expect(refused.effects.isEmpty && refused.line == "detach: nothing keeps it")
  }

  @Test func theHeaderSaysHowItIsShown() {
    #expect(driver(.attached).rows[0].contains("attached"))
    #expect(driver(.attached).at(200, 36).receives(changing: { $0.viewers = 3 }).rows[0].contains("3 watch"))
    #expect(!driver(.own(refusal: nil)).receives(changing: { $0.viewers = 1 }).rows[0].contains("watch"))
  }

  @Test func aLostRunKeepsItsScreenAndTakesNoCommands() {
    let lost = driver(.attached).press("t").receives(.disconnected("the process that trained it is gone"))
    #expect(lost.line.contains("the process that trained it is gone"))
    #expect(lost.state.question == nil)
    #expect(lost.press(" ").effects.isEmpty)
    #expect(lost.press(" ").line.contains("is gone"))
    #expect(lost.press(.left).line.contains("keep "))
    #expect(lost.press("q").effects == [.quit])
  }
}

import Dashboard
import Experiment
import Testing

/// What stays where there is little room.
@Suite struct HeaderTests {
  private func driver(_ columns: Int, _ rows: Int) -> Driver {
    Driver(Fixtures.spiralState()).at(columns, rows)
  }

  @Test func whatAPersonSteersByStaysLongest() {
    let narrow = driver(80, 24).rows[0]
    for part in ["spiral", "epoch 211/500", "running", "left"] {
      #expect(narrow.contains(part), "\(narrow)")
    }
    #expect(!narrow.contains("grown"))
    let small = driver(60, 18)
    #expect(small.rows[0].contains("epoch 211/500") && small.rows[0].contains("running"))
    #expect(small.rows[17].contains("space pause"))
  }

  /// Where the run ends at a step, its steps stay rather than its epochs.
  @Test func theStepsOfARunThatEndsByThemAreShown() {
    let narrow = driver(80, 24).receives(changing: { $0.stepLimit = 29_537 })
    for part in ["spiral", "step 26,412/29,537", "left", "running"] {
      #expect(narrow.rows[0].contains(part), "\(narrow.rows[0])")
    }
    let small = narrow.at(45, 18).rows[0]
    #expect(small.contains("step 26,412/29,537") && !small.contains("epoch"), "\(small)")
    // A limit beyond the last epoch ends nothing.
    let later = driver(80, 24).receives(changing: { $0.stepLimit = 1_000_000 }).rows[0]
    #expect(later.contains("epoch 211/500") && !later.contains("1,000,000"), "\(later)")
  }

  @Test func epochsBeyondTheLastAreNotOfThem() {
    let header = driver(200, 40).receives(changing: { ($0.epoch, $0.epochs) = (581, 500) }).rows[0]
    #expect(header.contains("epoch 581") && !header.contains("581/500"))
  }

  @Test func theLossPaneNamesTheHeldOutLossFirst() {
    let title = driver(80, 24).rows[1]
    #expect(title.contains("held-out "), "\(title)")
  }
}

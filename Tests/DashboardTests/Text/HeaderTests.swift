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

  @Test func epochsBeyondTheLastAreNotOfThem() {
    let header = driver(200, 40).receives(changing: { ($0.epoch, $0.epochs) = (581, 500) }).rows[0]
    #expect(header.contains("epoch 581") && !header.contains("581/500"))
  }

  @Test func theLossPaneNamesTheHeldOutLossFirst() {
    let title = driver(80, 24).rows[1]
    #expect(title.contains("held-out "), "\(title)")
  }
}

import PlainText
import Testing

@Suite struct ShownEpochsTests {
  /// Many epochs are whole ones that are done, and never written with a power of ten.
  @Test(arguments: [
    (0.33333, "0.3333"), (12.5, "12.5"), (300, "300"), (999.96, "999"), (14_153.9, "14,153"),
    (2_000_000, "2,000,000"), (1e18, "1,000,000,000,000,000,000"), (1e19, "10000000000000000000"),
  ])
  func epochsAreReadable(epochs: Double, shown: String) {
    #expect(shownEpochs(epochs) == shown)
  }

  @Test func countsAreGroupedAlike() {
    #expect(counted(14_154, "step") == "14,154 steps" && counted(999, "row") == "999 rows")
  }
}

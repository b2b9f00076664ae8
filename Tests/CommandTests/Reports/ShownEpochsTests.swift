import PlainText
import Testing

@Suite struct ShownEpochsTests {
  /// Many epochs are whole ones that are done, and never written with a power of ten.
  @Test(arguments: [
    (0.33333, "0.3333"), (12.5, "12.5"), (300, "300"), (999.96, "1000"), (14_153.9, "14153"),
    (2_000_000, "2000000"),
  ])
  func epochsAreReadable(epochs: Double, shown: String) {
    #expect(shownEpochs(epochs) == shown)
  }
}

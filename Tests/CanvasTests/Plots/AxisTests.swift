import Canvas
import Fuzzing
import Testing

@Suite struct AxisTests {
  private func labels(
    _ low: Double, _ high: Double, scale: AxisScale = .linear, count: Int = 5, format: AxisFormat = .number
  ) -> [String] {
    Axis(range: .fixed(low, high), minimum: nil, maximum: nil, scale: scale)
      .ticks(count: count, format: format).map(\.label)
  }

  @Test func ticksAreRoundAndShareTheirForm() {
    #expect(labels(0, 1) == ["0", "0.2", "0.4", "0.6", "0.8", "1.0"])
    #expect(labels(0, 26_400) == ["0", "10 k", "20 k"])
    #expect(labels(900_000, 1_400_000) == ["0.9 M", "1.0 M", "1.1 M", "1.2 M", "1.3 M", "1.4 M"])
    #expect(labels(-20, 20) == ["−20", "−10", "0", "10", "20"])
    #expect(labels(0.991, 0.999, format: .percent) == ["99.2 %", "99.4 %", "99.6 %", "99.8 %"])
  }

  /// There is no half neuron.
  @Test func whatIsCountedHasWholeTicks() {
    #expect(labels(1, 3, format: .count) == ["1", "2", "3"])
    #expect(labels(0, 1.05, format: .count) == ["0", "1"])
    #expect(labels(0, 26_400, format: .count) == labels(0, 26_400))
  }

  @Test func logarithmicTicksAreDecadesOrParts() {
    #expect(
      labels(0.0001, 10, scale: .logarithmic, count: 6) == ["0.0001", "0.001", "0.01", "0.1", "1", "10"])
    #expect(labels(0.02, 1.5, scale: .logarithmic, count: 6) == ["0.02", "0.05", "0.1", "0.2", "0.5", "1"])
    #expect(labels(0.21, 0.49, scale: .logarithmic).count >= 2)
  }

  @Test func ticksLieInTheAxisAndRise() {
    var generator = SeededGenerator(seed: 3)
    for _ in 0..<2000 {
      let scale: AxisScale = Bool.random(using: &generator) ? .linear : .logarithmic
      let axis = Axis(
        range: .automatic, minimum: generator.awkwardDouble(), maximum: generator.awkwardDouble(),
        scale: scale)
      #expect(axis.low < axis.high)
      let count = Int.random(in: 0...9, using: &generator)
      let ticks = axis.ticks(count: count, format: .number)
      #expect(ticks.count <= count + 1)
      for (first, second) in zip(ticks, ticks.dropFirst()) { #expect(first.value < second.value) }
      for tick in ticks {
        let span = axis.high - axis.low
        #expect(tick.value >= axis.low - span * 1e-6 && tick.value <= axis.high + span * 1e-6)
        #expect(!tick.label.isEmpty && tick.label.count < 24)
      }
    }
  }

  @Test func positionsAreClipped() throws {
    let axis = Axis(range: .fixed(1, 100), minimum: nil, maximum: nil, scale: .logarithmic)
    #expect(abs(try #require(axis.position(10)) - 0.5) < 1e-12)
    #expect(axis.position(-3) == 0)
    #expect(axis.position(.infinity) == 1)
    #expect(axis.position(.nan) == nil)
  }

  @Test func constantDataGetRoom() throws {
    let axis = Axis(range: .automatic, minimum: 83, maximum: 83, scale: .linear)
    #expect(abs(try #require(axis.position(83)) - 0.5) < 1e-12)
    let included = Axis(range: .including(0), minimum: 60, maximum: 80, scale: .linear)
    #expect(included.low == 0)
  }

  @Test(arguments: [
    (26_412.0, "26.4 k"), (1_200_000, "1.2 M"), (0.02, "0.02"), (0.0342, "0.0342"), (9999.9, "10 k"),
    (337, "337"), (0, "0"), (-0.1, "−0.1"), (2e-5, "2e-05"), (9.999e-6, "1e-05"), (3e21, "3e21"),
    (.nan, "–"), (-.infinity, "−∞"), (999_999, "1 M"), (1234, "1234"),
  ])
  func numbersReadWell(value: Double, label: String) {
    #expect(NumberLabel.short(value) == label)
  }

  @Test func anyNumberHasAShortLabel() {
    var generator = SeededGenerator(seed: 4)
    for _ in 0..<5000 {
      let value = Double(bitPattern: generator.next())
      #expect((1...12).contains(NumberLabel.short(value).count), "\(value)")
    }
  }

  @Test func fixedDecimals() {
    #expect(NumberLabel.fixed(0.05, decimals: 2) == "0.05")
    #expect(NumberLabel.fixed(-0.001, decimals: 2) == "0.00")
    #expect(NumberLabel.fixed(12.5, decimals: 0) == "13")
  }
}

import Experiment
import Testing

/// Widths that are multiples of a number, or those that are there.
@Suite struct WidthRoundingTests {
  @Test(arguments: [1, 2, 3, 8, 64], [1, 2, 7, 8, 9, 63, 64, 65, 200])
  func widthsAreRoundedUpAndNeverAboveThePresentOne(multiple: Int, present: Int) throws {
    let rounding = WidthRounding(toMultiplesOf: multiple)
    for width in 1...present {
      let rounded = rounding.up(width, atMost: present)
      #expect(rounded >= width && rounded <= present)
      #expect(rounded == present || rounded % multiple == 0 && rounded < width + multiple)
    }
    // Down by one at a time, every width that may be chosen is met.
    let met = Array(sequence(first: present) { rounding.smaller(than: $0) })
    let chosen = (1...present).filter { $0 == present || $0 % multiple == 0 }
    #expect(met == chosen.reversed())
    for count in 0...present {
      guard let smaller = rounding.smaller(than: present, by: count) else {
        #expect(chosen == [present])
        continue
      }
      // No more are lost than asked for, unless nothing between may be chosen.
      #expect(chosen.contains(smaller) && smaller < present)
      let next = try #require(rounding.smaller(than: present))
      #expect(smaller == next || present - smaller <= count)
    }
  }

  @Test func withoutRoundingEveryWidthIsItself() {
    #expect(WidthRounding.none.isNone && WidthRounding.none == NetworkOptions().rounding)
    for width in 1...9 {
      #expect(WidthRounding.none.up(width, atMost: 9) == width)
      #expect(WidthRounding.none.smaller(than: width) == (width == 1 ? nil : width - 1))
    }
  }
}

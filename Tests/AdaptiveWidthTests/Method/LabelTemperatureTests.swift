import AdaptiveWidth
import Foundation
import Testing

@Suite struct LabelTemperatureTests {
  private func calibration(_ temperature: Double, gain: Double = 0.1) -> Calibration {
    Calibration(temperature: temperature, loss: 0.5, gain: gain)
  }

  /// After checks that ask for these temperatures.
  private func value(
    after found: [Double], gain: Double = 0.1, scale: Double = 3
  ) throws -> Double {
    var temperature = try #require(LabelTemperature(weightScale: scale))
    for one in found { temperature.take(calibration(one, gain: gain)) }
    return temperature.value
  }

  /// By the fourth root of the product of the last two temperatures.
  @Test func itRisesAsLongAsTheNetworkIsOverconfident() throws {
    #expect(try value(after: []) == 1)
    #expect(try value(after: [16]) == 2)
    #expect(try value(after: [16, 1]) == 4)
    #expect(try value(after: [16, 16, 1]) == 2 * 4 * 2)
  }

  @Test func itFallsWhereTheNetworkIsNotSureEnoughButNotBelowOne() throws {
    #expect(try value(after: [16, 1, 1.0 / 16]) == 2)
    #expect(try value(after: [16, 1, 1.0 / 16, 1.0 / 16, 1.0 / 16]) == 1)
  }

  @Test func whatBringsNextToNothingDoesNotCount() throws {
    #expect(try value(after: [2, 2, 2], gain: 0.005) == 1)
    // A network that is not sure enough is left alone at once.
    #expect(try value(after: [0.5, 0.5], gain: 0.005) == 1)
  }

  /// The scale s_θ/√T is at least 0.5.
  @Test func thePriorIsNoTighterThanThatOfNumbers() throws {
    let found = [Double](repeating: 50, count: 7)
    #expect(try value(after: found) == 36)
    #expect(try value(after: found, scale: 1) == 4)
    #expect(LabelTemperature(weightScale: 0.5) == nil && LabelTemperature(weightScale: 0.3) == nil)
  }

  @Test func checksEndBeforeWidthsAreMeasured() throws {
    var temperature = try #require(LabelTemperature(weightScale: 3))
    var due: [Int] = []
    for step in 1...1_000 where temperature.isDue(at: step, of: 1_000) {
      due.append(step)
      temperature.take(nil)
    }
    #expect(due == [100, 150, 200, 250, 300, 350, 380] && temperature.value == 1)
  }

  /// Of a run of a few steps, each has one check at most.
  @Test func noCheckIsDueBeforeTheFirstStep() throws {
    var temperature = try #require(LabelTemperature(weightScale: 3))
    #expect(!temperature.isDue(at: 0, of: 3) && temperature.isDue(at: 1, of: 3))
    temperature.take(nil)
    #expect(!temperature.isDue(at: 1, of: 3) && temperature.isDue(at: 2, of: 3))
  }

  @Test func aFileHasAllOfIt() throws {
    var temperature = try #require(LabelTemperature(weightScale: 3))
    for found in [2.0, 3] { temperature.take(calibration(found)) }
    let read = try JSONDecoder().decode(
      LabelTemperature.self, from: try JSONEncoder().encode(temperature))
    #expect(read == temperature)
  }
}

import Canvas
import Dashboard
import Experiment
import Foundation

/// What other domains than points on a plane look like.
extension Screens {
  private static func state(
    _ network: NetworkKind, widths: [Int], _ input: InputView, width: Int, height: Int
  ) -> State {
    var (snapshot, inspection) = (Fixtures.spiral, Fixtures.spiralInspection)
    snapshot.network = network
    snapshot.layers = widths.map { count in
      var layer = Fixtures.layer(width: count)
      for step in stride(from: 100, through: 26_412, by: 100) {
        layer.widthHistory.append(Float(count) + 100 * Float(exp(-Double(step) / 7000)).rounded(), at: step)
      }
      return layer
    }
    inspection.curves = widths.enumerated().map {
      Fixtures.curve(layer: $0, width: $1, step: 26_400, isExact: false)
    }
    inspection.contributions = widths.map(Fixtures.contributions)
    inspection.input = input
    return Fixtures.state(snapshot, inspection, name: network.rawValue, width: width, height: height)
  }

  /// A wave and a spike, remembered by fewer and fewer units.
  static func sequences(width: Int, height: Int) -> State {
    let samples = [(200, "rest"), (60, "walk")].enumerated().map { index, sample in
      let (steps, name) = sample
      let values = (0..<steps).map { (step: Int) -> Float in
        step == steps / 3 ? 5 : Float(sin(Double(step) / 9))
      }
      let states = (0..<16).flatMap { (unit: Int) -> [Float] in
        let (period, height) = (Double(9 + unit), 1.5 - Double(unit) / 12)
        return (0..<steps).map { Float(tanh(sin(Double($0) / period) * height)) }
      }
      return SampleSequence(
        name: "speed", values: values, units: 16, states: states, predicted: name,
        actual: index == 0 ? name : "rest", isRight: index == 0)
    }
    return state(.rnn, widths: [40, 120], .sequences(samples), width: width, height: height)
  }

  /// Twelve learned layers: more than any pane has lines for.
  static func twelveLayers(width: Int, height: Int) -> State {
    let samples = [
      SampleTranslation(
        source: "A dog runs across the wet grass.", prediction: "Ein Hund läuft über das nasse Gras.",
        reference: "Ein Hund rennt über das nasse Gras."),
      SampleTranslation(
        source: "Two men talk.", prediction: "Zwei Männer reden.", reference: "Zwei Männer reden."),
    ]
    return state(
      .transformer, widths: (0..<12).map { 90 + 17 * $0 }, .translations(samples), width: width,
      height: height)
  }

  /// Red, green and blue ones.
  static func colorImages(width: Int, height: Int) -> State {
    let images = (0..<6).map { index in
      let pixels = (0..<32 * 32).flatMap { pixel -> [UInt8] in
        let isInside = (pixel % 32 - 16) * (pixel % 32 - 16) + (pixel / 32 - 16) * (pixel / 32 - 16) < 120
        return (0..<3).map { isInside == ($0 == index % 3) ? 220 : 30 }
      }
      return SampleImage(
        width: 32, height: 32, channels: 3, pixels: pixels, predicted: "frog",
        actual: index == 2 ? "cat" : "frog")
    }
    return state(.resnet20, widths: [80], .images(images), width: width, height: height)
  }
}

import AdaptiveWidth
import Foundation
import Testing

@Suite struct NoiseVarianceTests {
  @Test func itFollowsTheSquaredErrorOfTheLastMinibatches() {
    var noise = NoiseVariance()
    #expect(noise.value == 1.003)
    for _ in 0..<2_000 { noise.take(loss: 0.375, outputs: 3) }
    #expect(abs(noise.value - 0.253) < 1e-6)
    noise.take(loss: 0, outputs: 3)
    #expect(abs(noise.value - (0.99 * 0.25 + 0.003)) < 1e-6)
  }

  @Test func aLossBeyondTheTargetsVarianceCountsLikeIt() {
    var noise = NoiseVariance()
    for _ in 0..<100 { noise.take(loss: 1e30, outputs: 1) }
    #expect(noise.value == 1.003)
    noise.take(loss: .nan, outputs: 1)
    noise.take(loss: .infinity, outputs: 1)
    #expect(noise.value == 1.003)
  }

  /// The objective with a fitted variance, N C/2 ln(s + floor) + Σρ²/(2 s_θ²), has the gradient of the one that is
  /// descended, but for a factor: no direction of the weights improves one and not the other.
  @Test func theGradientIsThatOfTheFittedLikelihood() {
    let (observations, scale, floor) = (50.0, 0.5, 3e-3)
    let x = (0..<50).map { Double($0 % 7) / 3 - 1 }
    let y = x.enumerated().map { 0.8 * $1 + ($0 % 2 == 0 ? 0.3 : -0.3) }
    func error(_ w: Double) -> Double { zip(x, y).reduce(0) { $0 + pow2(w * $1.0 - $1.1) } / observations }
    func fitted(_ w: Double) -> Double {
      observations / 2 * log(error(w) + floor) + w * w / (2 * scale * scale)
    }
    let (w, h) = (0.4, 1e-5)
    var objective = Objective(weightScale: scale, observations: 50)
    objective.noise = error(w) + floor
    let likelihood = (error(w + h) - error(w - h)) / (4 * h)
    let descended = likelihood + objective.decay * w
    let exact = (fitted(w + h) - fitted(w - h)) / (2 * h)
    #expect(abs(descended * observations / objective.noise - exact) < 1e-6 * abs(exact))
  }

  private func pow2(_ value: Double) -> Double { value * value }
}

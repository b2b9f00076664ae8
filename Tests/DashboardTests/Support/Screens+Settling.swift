import Dashboard
import Experiment
import Glibc

extension Screens {
  /// A run whose widths are measured, as runs are by default: measured once, and to be measured again.
  static func settling(width: Int, height: Int) -> State {
    var snapshot = Fixtures.spiral
    snapshot.settling = SettlingStatus(
      price: 0.0125, nextStep: 30_000, isSettled: false)
    let need = WidthNeed(width: 57, logMean: log(57), logDeviation: 0.15, worth: 0.0004)
    snapshot.layers[0].need = need
    snapshot.layers[0].posterior = Posterior(need, family: .exponential, quantile: 0.9)
    return Fixtures.state(snapshot, Fixtures.spiralInspection, width: width, height: height)
  }
}

extension Screens {
  /// One of everything: a neuron, a step, an epoch, a held-out row.
  static func ofOne(width: Int, height: Int) -> State {
    var snapshot = Fixtures.spiral
    (snapshot.step, snapshot.epoch, snapshot.epochs) = (1, 1, 1)
    snapshot.shape[1] = 1
    snapshot.layers = [Fixtures.layer(width: 1)]
    snapshot.layers[0].need = WidthNeed(width: 1, logMean: 0, logDeviation: 0.01, worth: 0)
    snapshot.layers[0].posterior = Posterior(
      snapshot.layers[0].need!, family: .exponential, quantile: 0.9)
    snapshot.settling = SettlingStatus(price: 0.01, nextStep: 2, isSettled: false)
    var inspection = Fixtures.spiralInspection
    inspection.curves = [Fixtures.curve(layer: 0, width: 1, step: 1, isExact: false)]
    (inspection.contributions, inspection.gains) = ([[1]], [[1]])
    (inspection.rows, inspection.isOfAllRows) = (1, true)
    inspection.input = .classes([ClassAccuracy(name: "a", rows: 1, accuracy: 1)])
    return Fixtures.state(snapshot, inspection, width: width, height: height)
  }
}

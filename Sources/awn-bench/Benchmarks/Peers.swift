import Experiment
import Foundation
import Training

extension Benchmark {
  /// One repetition of ours, one of theirs, and so on: what else the machine does meets both.
  static let peers = Benchmark(
    name: "peers", summary: "the same minibatches in PyTorch at its best, in turns with ours"
  ) { settings in
    let peer = try Peer(
      settings.python, scripts: [PackageResources.hidden_peer_py, PackageResources.torch_peer_py])
    var figures: [Figure] = []
    var fixed = Work.spiral
    (fixed.name, fixed.adaptive) = ("Spiral 2→66→2, batch 32, fixed", false)
    let rows: [(Work, target: String?)] = [
      (.spiral, "≥ 100"), (fixed, nil), (.spiralHard, "≥ 30"), (.mnist, "≥ 1.5"),
      (.mnist.on(threads: 2), nil), (.dense, nil),
    ]
    for (work, target) in rows {
      var stepper = Stepper(work, work.dataset())
      // Theirs takes at least as long as ours for as many steps.
      let theirSteps = max(100, work.steps / 60)
      _ = stepper.speed(work.steps / 10)
      var way = ""
      let speeds = try (0..<settings.repetitions).map { _ in
        let ours = stepper.speed(work.steps)
        let theirs = try peer.speed(work, steps: theirSteps)
        way = theirs.way
        return (ours: ours, theirs: theirs.speed)
      }
      let name = work.name
      figures.append(Figure("\(name): awn", speeds.map(\.ours), "steps/s"))
      figures.append(Figure("\(name): PyTorch \(peer.version), \(way)", speeds.map(\.theirs), "steps/s"))
      figures.append(Figure("\(name): ratio", speeds.map { $0.ours / $0.theirs }, "×", target: target))
    }
    return figures
  }
}

import AdaptiveWidth
import Experiment
import LinearAlgebra
import Testing

@Suite("Misuse")
struct MisuseTests {
  @Test func aLabelWithoutAnOutputStopsAtOnce() async {
    await #expect(processExitsWith: .failure) {
      let random = RandomCase(.relu6, layers: 1, problem: .classification)
      var workspace = Workspace()
      let batch = Batch(inputs: random.batch.inputs, labels: random.batch.labels.map { _ in 1_000 })
      _ = random.network.lossAndGradients(batch, &workspace)
    }
  }

  @Test func anInferenceCopyTakesEveryEdit() {
    let random = RandomCase(.relu6, layers: 2, problem: .classification)
    var copy = random.network.inferenceCopy
    copy.truncate(layer: 0, to: 3, policy: .hold)
    copy.setPolicy(layer: 0, .adapt)
    var same = random.network
    same.truncate(layer: 0, to: 3, policy: .hold)
    same.setPolicy(layer: 0, .adapt)
    var (ours, theirs) = (Workspace(), Workspace())
    copy.forward(random.batch.inputs, &ours)
    same.forward(random.batch.inputs, &theirs)
    #expect(ours.output == theirs.output)
  }
}

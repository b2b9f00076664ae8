import AdaptiveWidth
import Experiment
import SyntheticData
import Testing
import Training

/// Runs of a network whose convolutions learn their channels.
@Suite(.timeLimit(.minutes(15))) struct ChannelRunTests {
  private func configuration(_ change: (inout Configuration) -> Void = { _ in }) -> Configuration {
    .small {
      ($0.network.kind, $0.network.adapt) = (.cnn, .inner)
      ($0.network.method, $0.network.settle) = (.settle, .off)
      change(&$0)
    }
  }

  @Test func editsOfChannelsAreUndoneToTheBit() async {
    let session = Session(configuration(), Synthetic.images())
    await session.step(3)
    #expect(session.snapshot.layers.map(\.name) == ["convolution 1", "convolution 2", "head"])
    #expect(session.snapshot.layers.map(\.width) == [32, 64, 47])
    await session.expectUndone(
      [
        .truncate(layer: 0, width: 9), .truncate(layer: 1, width: 20, .best),
        .truncate(layer: 1, width: 5, .plain), .truncateAll(keep: 0.5), .reorder(layer: 0),
      ], to: 3)
    _ = await session.stop()
  }

  @Test func policiesAndCompressionTakeChannels() async {
    let session = Session(configuration { $0.training.epochs = 40 }, Synthetic.images())
    await session.step(2)
    await session.send([.truncate(layer: 1, width: 30), .setPolicy(layer: 0, .hold)])
    #expect(session.snapshot.layers[1].ceiling == 30 && session.snapshot.layers[0].policy == .hold)
    #expect(!(await session.send(.setPolicy(layer: 0, .adapt))).isRejection)
    #expect(!(await session.send(.compress(layer: 1, width: 12))).isRejection)
    await session.send(.resume)
    await session.wait { $0.snapshot.state == .finished }
    let outcome = await session.stop()
    #expect(outcome.widths[1] == 12 && outcome.validation?.loss.isFinite == true)
    #expect(outcome.layerNames == ["convolution 1", "convolution 2", "head"])
    #expect(outcome.initialWidths == [32, 64, 47])
  }

  /// Measurements narrow channels, and do not widen them.
  @Test func channelsSettle() async {
    let (_, outcome) = await Session.headless(
      configuration { ($0.network.settle, $0.training.epochs) = (.on, 30) }, Synthetic.images())
    #expect(outcome.settling?.isSettled == true)
    #expect(outcome.widths.count == 3 && outcome.widths[0] <= 32 && outcome.widths[1] <= 64)
  }

  /// With the paper's method the gradient moves the rates of channels, too.
  @Test func ratesOfChannelsAreLearned() async {
    let (session, outcome) = await Session.headless(
      configuration { ($0.network.method, $0.training.learningRate) = (.paper, 0.02) }, Synthetic.images())
    #expect(!outcome.isDiverged)
    let network = await session.trainer.learning.network
    let start = Adaptation(options: configuration().network, prior: nil, width: 32).rate
    #expect(network.adaptation(0).rate != start)
  }
}

import Experiment
import SyntheticData
import Testing
import Training

@Suite(.timeLimit(.minutes(15))) struct DivergenceTests {
  @Test func anAbsurdLearningRateDiverges() async throws {
    let (session, outcome) = await Session.headless(
      .small {
        $0.training.optimizer = .sgd
        $0.training.learningRate = 1e20
        $0.training.epochs = 100
      })
    #expect(outcome.isDiverged && !outcome.isStopped)
    #expect(session.events.map(\.kind) == [.started, .diverged])
    #expect(session.snapshot.state == .diverged)
    #expect(await session.trainer.learning.network.isFinite)
    let event = try #require(session.events.last)
    #expect(event.step >= outcome.steps && event.epoch == Double(event.step) / 3)
  }

  /// Whatever overflows first, and wherever the run ends, what is left is finite.
  @Test(
    arguments: [1e3, 1e10, 1e20, 1e37, 1e300],
    [
      (OptimizerKind.sgd, Activation.relu6, true), (.sgd, .relu, false), (.sgd, .tanh, false),
      (.adam, .relu6, true), (.adam, .leakyReLU, false),
    ])
  func whatIsLeftIsFinite(rate: Double, kind: (OptimizerKind, Activation, Bool)) async {
    for steps in [1, 2, 3, 4, 5, 6, 9, 30] {
      let (session, outcome) = await Session.headless(
        .small {
          $0.training.optimizer = kind.0
          $0.network.activation = kind.1
          $0.network.hiddenLayers = 2
          $0.network.minimumRate = 0.03
          $0.training.learningRate = rate
          $0.training.steps = steps
          $0.training.epochs = 100
        }, kind.2 ? Synthetic.classes() : Synthetic.values())
      #expect(await session.trainer.learning.network.isFinite)
      #expect(outcome.isDiverged == (session.count(.diverged) == 1))
      #expect(outcome.isDiverged || outcome.steps == steps)
    }
  }

  /// The metrics reported are those of the parameters kept, and the curves end there.
  @Test func theLastGoodParametersAreKept() async throws {
    let configuration = Configuration.small {
      $0.training.optimizer = .sgd
      $0.training.epochs = 100
    }
    let session = Session(configuration)
    await session.step(6)
    let good = await session.bits
    await session.send([.setLearningRate(1e30), .resume])
    await session.wait { $0.count(.diverged) == 1 && $0.snapshot.state == .diverged }
    let bits = await session.bits
    #expect(bits.step == 6 && bits.parameters == good.parameters)
    #expect(session.evaluations.map(\.step) == [3, 6])
    #expect(session.snapshot.validation == session.evaluations.last?.validation)
    #expect(session.snapshot.trainLoss.buckets.map(\.lastStep) == Array(1...6))
    #expect(session.snapshot.learningRate == configuration.training.learningRate)

    #expect(await session.send(.step).isRejection)
    await session.send([.setLearningRate(0.01), .resume, .pause])
    await session.step(6)
    let steps = session.snapshot.trainLoss.buckets.map(\.lastStep)
    #expect(steps == Array(1...steps.count))
    let outcome = await session.stop()
    #expect(!outcome.isDiverged && outcome.isStopped)
  }

  /// What the user asked for is not taken back with the steps: the run still has its added epochs.
  @Test func aDivergenceKeepsAddedEpochs() async {
    let session = Session(
      .small {
        $0.training.optimizer = .sgd
        $0.training.epochs = 20
      }, first: [])
    await session.wait { $0.snapshot.state == .finished }
    await session.send([.setLearningRate(1e30), .resume])
    await session.wait { $0.snapshot.state == .diverged }
    #expect(session.snapshot.step == 60 && session.snapshot.epochs == 22)
    await session.send([.setLearningRate(0.01), .resume])
    await session.wait { $0.snapshot.state == .finished }
    #expect(session.snapshot.step == 66 && session.snapshot.epochs == 22)
    _ = await session.stop()
  }

  @Test func aDivergedRunStaysDivergedWhenLeft() async {
    let session = Session(
      .small {
        $0.training.optimizer = .sgd
        $0.training.learningRate = 1e30
        $0.training.epochs = 100
      }, first: [])
    await session.wait { $0.snapshot.state == .diverged }
    let outcome = await session.stop()
    #expect(outcome.isDiverged && !outcome.isStopped)
  }

  @Test func aCutOutlivesADivergence() async {
    let session = Session(
      .small {
        $0.training.optimizer = .sgd
        $0.training.epochs = 100
      })
    await session.step(4)
    let answer = await session.send(.truncate(layer: 0, width: 5))
    await session.send([.setLearningRate(1e30), .resume])
    await session.wait { $0.snapshot.state == .diverged }
    #expect(session.snapshot.step == 4 && session.snapshot.layers[0].width == 5)
    #expect(session.snapshot.validation == answer.after)
    #expect(await session.send(.undo).kind == .undone(to: 4))
    #expect(session.snapshot.layers[0].width > 5 && session.snapshot.state == .paused)
    _ = await session.stop()
  }
}

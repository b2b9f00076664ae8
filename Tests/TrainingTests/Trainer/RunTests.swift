import Datasets
import Experiment
import SyntheticData
import Testing
import Training

@Suite(.timeLimit(.minutes(15))) struct RunTests {
  @Test func aRunDoesAllItsEpochs() async {
    let (session, outcome) = await Session.headless()
    #expect(outcome.steps == 12 && outcome.epochs == 4)
    #expect(!outcome.isDiverged && !outcome.isStopped)
    #expect(outcome.samples == 4 * 90)
    #expect(session.events.map(\.kind) == [.started, .finished])
    #expect(session.snapshot.state == .finished && session.snapshot.step == 12)
    #expect(session.evaluations.map(\.step) == [3, 6, 9, 12])
    #expect(session.evaluations.map(\.epoch) == [1, 2, 3, 4])
    #expect(session.evaluations.last?.validation == outcome.validation)
    #expect(session.evaluations.last?.trainLoss == outcome.trainLoss)
    #expect(session.evaluations.last?.widths == outcome.widths)
    #expect(outcome.initialWidths == [47])
    let network = await session.trainer.learning.network
    #expect(network.widths == outcome.widths && network.parameterCount() == outcome.parameters)
    #expect(session.snapshot.trainLoss.buckets.count == 12)
  }

  /// And not that of epochs that could follow.
  @Test func aFinishedRunHasTheLearningRateOfItsLastStep() async {
    let configuration = Configuration.small { $0.training.schedule = .cosine }
    let (session, _) = await Session.headless(configuration)
    let last = configuration.training.learningRateFactor(step: 11, of: 12)
    #expect(session.snapshot.step == 12 && session.snapshot.learningRateFactor == last)
    #expect(last < 0.05)
  }

  /// What is reported as the result is the result's, wherever in an epoch the run ends.
  @Test(arguments: [1, 3, 4, 5, 12, 100])
  func stepsLimitARun(steps: Int) async {
    let (session, outcome) = await Session.headless(.small { $0.training.steps = steps })
    #expect(outcome.steps == min(steps, 12))
    #expect(session.evaluations.map(\.step) == [3, 6, 9, 12].filter { $0 < outcome.steps } + [outcome.steps])
    #expect(session.evaluations.last?.validation == outcome.validation)
    #expect(session.evaluations.last?.widths == outcome.widths)
    #expect(outcome.trainLoss.isFinite)
    #expect(session.events.map(\.kind) == [.started, .finished])
  }

  @Test(arguments: [(1, 31), (7, 5), (30, 2), (31, 1), (1_000, 1)])
  func anyBatchSizeFits(size: Int, batches: Int) async {
    let (_, outcome) = await Session.headless(
      .small {
        $0.training.batchSize = size
        $0.training.epochs = 2
      }, Synthetic.plane(rows: 31))
    #expect(outcome.steps == 2 * batches && outcome.samples == 62)
    #expect(outcome.validation?.loss.isFinite == true)
  }

  @Test func samplesAreCountedExactly() async {
    let (_, outcome) = await Session.headless(.small { $0.training.steps = 4 })
    #expect(outcome.samples == 90 + 32)
  }

  @Test func epochsMayBeManyMoreThanAnybodyWaitsFor() async {
    let (_, outcome) = await Session.headless(
      .small {
        $0.training.epochs = .max
        $0.training.steps = 5
        $0.training.schedule = .cosine
      })
    #expect(outcome.steps == 5)
  }

  @Test func withoutHeldOutRowsThereAreNoHeldOutMetrics() async {
    let (session, outcome) = await Session.headless(.small(), Synthetic.plane(validation: 0))
    #expect(outcome.steps == 12 && outcome.validation == nil)
    #expect(session.evaluations.isEmpty)
    #expect(session.snapshot.validation == nil && session.snapshot.validationLoss.isEmpty)
  }

  @Test func testRowsAreMeasuredOnlyWhenAskedFor() async throws {
    let (_, without) = await Session.headless()
    #expect(without.test == nil)
    let (_, with) = await Session.headless(measuringTest: true)
    let test = try #require(with.test)
    #expect(test.loss.isFinite && test.accuracy != nil && test != with.validation)
    let (_, none) = await Session.headless(.small(), Synthetic.plane(test: 0), measuringTest: true)
    #expect(none.test == nil)
  }

  /// At a learning rate that changes nothing, the first evaluation stays the best.
  @Test func patienceEndsARunThatDoesNotImprove() async {
    let (session, outcome) = await Session.headless(
      .small {
        $0.training.optimizer = .sgd
        $0.training.learningRate = 1e-30
        $0.training.epochs = 1_000
        $0.training.patience = 3
      })
    #expect(session.events.map(\.kind) == [.started, .stoppedEarly, .keptBest(epoch: 1)])
    // Four evaluations.
    #expect(outcome.steps == 3 * 4)
    #expect(!outcome.isStopped && outcome.validation != nil)
  }

  @Test func patienceWaitsWhileTheMetricImproves() async {
    let (session, outcome) = await Session.headless(
      .small {
        $0.training.epochs = 20
        $0.training.patience = 20
      })
    #expect(outcome.epochs == 20)
    #expect(session.count(.stoppedEarly) == 0)
  }

  @Test func ordinaryNetworksTrainToo() async {
    let (session, outcome) = await Session.headless(.small { $0.network.fixedWidths = [8, 5] })
    #expect(outcome.widths == [8, 5] && outcome.initialWidths == [8, 5])
    #expect(outcome.parameters == 3 * 8 + 9 * 5 + 6 * 2)
    #expect(session.snapshot.layers.isEmpty && session.snapshot.shape == [2, 8, 5, 2])
    #expect(outcome.validation?.loss.isFinite == true)
  }

  @Test func severalLayersAdapt() async {
    let (session, outcome) = await Session.headless(.small { $0.network.hiddenLayers = 3 })
    #expect(outcome.initialWidths == [47, 47, 47] && outcome.widths.count == 3)
    #expect(session.snapshot.layers.map(\.width) == outcome.widths)
    #expect(session.snapshot.layers.allSatisfy { $0.widthHistory.buckets.count == 12 })
    for layer in session.snapshot.layers {
      #expect(layer.importances.count == layer.width)
      #expect(abs(layer.importances.reduce(0, +) - 1) < 1e-4)
    }
  }

  @Test(arguments: ImportanceFamily.allCases, Activation.allCases)
  func everyNetworkLearnsClasses(family: ImportanceFamily, activation: Activation) async throws {
    let (_, outcome) = await Session.headless(
      .small {
        $0.network.importance = family
        $0.network.initialRate = family.defaultInitialRate() * 2
        $0.network.activation = activation
        $0.training.epochs = 60
      }, Synthetic.plane(rows: 300, validation: 200))
    #expect(try #require(outcome.validation?.accuracy) > 0.9)
  }

  @Test(arguments: [nil, [16]])
  func valuesAreLearned(fixed: [Int]?) async throws {
    let (_, outcome) = await Session.headless(
      .small {
        $0.network.fixedWidths = fixed
        $0.training.epochs = 150
      }, Synthetic.values(rows: 300, validation: 200), measuringTest: true)
    let validation = try #require(outcome.validation)
    #expect(validation.accuracy == nil)
    // The target's own unit: its standard deviation is about 17.
    #expect(try #require(validation.rmse) < 6)
    #expect(try #require(validation.r2) > 0.85)
    #expect(outcome.test?.rmse != nil)
  }

  /// From whichever side the width comes, the data pull it the same way.
  @Test func widthsMeetFromBothSides() async {
    var final: [Int] = []
    for rate in [0.4, 0.015] {
      let (_, outcome) = await Session.headless(
        .small {
          $0.network.initialRate = rate
          $0.training.learningRate = 0.03
          $0.training.epochs = 200
        }, Synthetic.plane(rows: 300))
      final.append(outcome.widths[0])
      #expect(
        rate == 0.4
          ? outcome.widths[0] > outcome.initialWidths[0] : outcome.widths[0] < outcome.initialWidths[0])
    }
    #expect(abs(final[0] - final[1]) < 100)
  }

  @Test func theSpiralIsLearned() async throws {
    var configuration = Configuration.defaults(for: .spiral)
    configuration.training.steps = 1_500
    let dataset = try Dataset.load(configuration.data, seed: configuration.training.seed)
    let (_, outcome) = await Session.headless(configuration, dataset)
    #expect(try #require(outcome.validation?.accuracy) > 0.7)
  }

  @Test func theCosineFallsToAHundredth() {
    #expect(LearningRateSchedule.constant.factor(step: 5, of: 10) == 1)
    let factors = (0...12).map { LearningRateSchedule.cosine.factor(step: $0, of: 10) }
    #expect(factors[0] == 1)
    #expect(abs(factors[5] - 0.505) < 1e-12)
    #expect(abs(factors[10] - 0.01) < 1e-12 && factors[12] == factors[10])
    #expect(zip(factors, factors.dropFirst()).allSatisfy { $0 >= $1 })
    #expect(LearningRateSchedule.cosine.factor(step: 0, of: 0) == 1)
  }

  @Test func theScheduleActsOnTraining() async {
    let (_, constant) = await Session.headless()
    let (_, cosine) = await Session.headless(.small { $0.training.schedule = .cosine })
    #expect(constant.trainLoss != cosine.trainLoss)
  }

  @Test func threadsDivideItsMinibatches() async {
    let single = await Session.headless(.small(), Synthetic.classes())
    let (session, outcome) = await Session.headless(.small { $0.training.threads = 3 }, Synthetic.classes())
    #expect(outcome.threads == 3 && single.1.threads == 1)
    #expect(await session.bits != single.0.bits)
    #expect(abs(outcome.trainLoss - single.1.trainLoss) < 0.05)
  }
}

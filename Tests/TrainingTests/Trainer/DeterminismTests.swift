import Datasets
import Experiment
import SyntheticData
import Testing
import Training

@Suite(.timeLimit(.minutes(15))) struct DeterminismTests {
  /// What must be the same however a run was looked at.
  private struct Result: Equatable {
    var bits: Bits
    var trainLoss: Double
    var validation: Metrics?
    var steps: [Int]
    var metrics: [Metrics]
    var chart: Series
    var widths: [Series]

    init(_ session: Session, _ outcome: Outcome) async {
      bits = await session.bits
      trainLoss = outcome.trainLoss
      validation = outcome.validation
      steps = session.evaluations.map(\.step)
      metrics = session.evaluations.map(\.validation)
      chart = session.snapshot.trainLoss
      widths = session.snapshot.layers.map(\.widthHistory)
    }
  }

  private static func headless(
    _ configuration: Configuration, _ dataset: Dataset = Synthetic.plane()
  ) async -> Result {
    let (session, outcome) = await Session.headless(configuration, dataset)
    return await Result(session, outcome)
  }

  private static let configuration = Configuration.small {
    $0.training.epochs = 12
    $0.network.hiddenLayers = 2
    $0.training.learningRate = 0.05
    $0.training.schedule = .cosine
  }

  @Test(arguments: [true, false])
  func theSameExperimentGivesTheSameBits(isClassification: Bool) async {
    let dataset = isClassification ? Synthetic.classes() : Synthetic.values()
    let first = await Self.headless(Self.configuration, dataset)
    #expect(await Self.headless(Self.configuration, dataset) == first)
    var other = Self.configuration
    other.training.seed = 1
    #expect(await Self.headless(other, dataset) != first)
  }

  @Test func watchingChangesNothing() async {
    let session = Session(Self.configuration, first: [])
    await session.wait { $0.snapshot.state == .finished }
    let outcome = await session.stop()
    #expect(await Result(session, outcome) == (await Self.headless(Self.configuration)))
  }

  @Test func paceChangesNothing() async {
    var paced = Self.configuration
    paced.training.pace = 200
    #expect(await Self.headless(paced) == (await Self.headless(Self.configuration)))
  }

  @Test func pausesAndSingleStepsChangeNothing() async {
    // A pause sent from here while the run trains could come after its end, and the next resume would extend it: the
    // run pauses itself, once after each epoch from the sixth on.
    let session = Session(Self.configuration, pausesAt: 18)
    await session.step(4)
    await session.send([.setPace(1e6), .resume])
    var epochs = 0
    while session.snapshot.state != .finished {
      await session.wait { [.paused, .finished].contains($0.snapshot.state) }
      if session.snapshot.state == .finished { break }
      epochs += 1
      await session.step(1)
      await session.send([.evaluateTest, .setPace(nil), .resume])
    }
    #expect(epochs >= 3)
    let outcome = await session.stop()
    #expect(await Result(session, outcome) == (await Self.headless(Self.configuration)))
  }
}

import Experiment
import SyntheticData
import Testing
import Training

@Suite("Training on sequences", .timeLimit(.minutes(15)))
struct SequenceRunTests {
  @Test(arguments: [1, 3])
  func itLearnsToRemember(_ threads: Int) async throws {
    let configuration = Configuration.small {
      ($0.network.kind, $0.network.stateSize) = (.rnn, 12)
      $0.training.learningRate = 0.01
      ($0.training.epochs, $0.training.threads) = (40, threads)
    }
    let (_, outcome) = await Session.headless(configuration, Synthetic.sequences(), measuringTest: true)
    #expect(try #require(outcome.validation?.accuracy) > 0.9)
    #expect(try #require(outcome.test?.accuracy) > 0.8)
    #expect(outcome.widths.count == 2 && outcome.initialWidths == [47, 47])
  }
}

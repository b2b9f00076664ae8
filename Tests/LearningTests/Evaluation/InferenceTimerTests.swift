import AdaptiveWidth
import Datasets
import Experiment
import Learning
import Synchronization
import SyntheticData
import Testing

/// Times of cut networks, by a clock that the tests set.
@Suite struct InferenceTimerTests {
  /// Passes that were asked for.
  private final class Passes: Sendable {
    private let passes = Mutex<[(multiplyAdds: Int, rows: Int)]>([])
    var all: [(multiplyAdds: Int, rows: Int)] { passes.withLock { $0 } }

    /// Takes a microsecond for each multiply-add, times the factor that is given for the pass of this number.
    func measurer(
      _ time: @escaping @Sendable (_ number: Int, _ multiplyAdds: Int) -> Duration = { .microseconds($1) }
    ) -> InferenceTimer.Measurer {
      { network, batch, workspace in
        // It is a network that such a batch can go through.
        network.forward(batch, &workspace)
        let (count, rows) = (network.multiplyAdds(), batch.rows)
        let number = self.passes.withLock { passes in
          passes.append((count, rows))
          return passes.count
        }
        return time(number, count * rows)
      }
    }
  }

  private static func network(layers: Int = 2) -> Network {
    Network(
      options: NetworkOptions(hiddenLayers: layers, initialRate: 0.1), ratePrior: nil, inputs: 3, outputs: 2,
      problem: .classification, seed: 1)
  }

  @Test func everyCutHasTheTimesOfItsOwnNetwork() throws {
    let (network, passes) = (Self.network(), Passes())
    let timer = try #require(
      InferenceTimer(Synthetic.classes(rows: 40).training, measuringBy: passes.measurer()))
    var workspace = Workspace()
    let cuts = [[1, 1], [5, 2], [2, 9], network.widths]
    let times = timer.times(of: cuts, in: network, within: nil, &workspace)
    #expect(times.count == cuts.count)
    for (widths, times) in zip(cuts, times) {
      let work = Double(network.multiplyAdds(widths: widths)) / 1_000
      #expect(try abs(#require(times).single / work - 1) < 1e-9)
      #expect(try abs(#require(times).batch / (128 * work) - 1) < 1e-9)
    }
    // There are fewer rows than a batch has.
    #expect(Set(passes.all.map(\.rows)) == [1, 128])
    #expect(Set(passes.all.map(\.multiplyAdds)) == Set(cuts.map { network.multiplyAdds(widths: $0) }))
  }

  /// The first pass warms up; of the others the median counts.
  @Test func aMedianOfAFewPassesCounts() throws {
    let (network, passes) = (Self.network(layers: 1), Passes())
    let slow: Set = [1, 3, 6, 7, 8]
    let measure = passes.measurer { number, _ in
      slow.contains(number) ? .milliseconds(4) : .microseconds(number)
    }
    let timer = try #require(InferenceTimer(Synthetic.classes().training, measuringBy: measure))
    var workspace = Workspace()
    let times = timer.times(of: [[3]], in: network, &workspace)
    // Of 2, 4000, 4, 5, 4000 and of 4000, 9, 10, 11, 12 microseconds.
    #expect(times == [InferenceTimes(single: 0.005, batch: 0.011)] && passes.all.count == 12)
  }

  /// A pass of some length warms up as a short one does.
  @Test(arguments: [(60, 2, 2.0), (99, 2, 2.0), (100, 1, 1.0), (30, 4, 3.0)])
  func aFirstPassIsColdUnlessItTakesLong(_ milliseconds: Int, _ count: Int, _ time: Double) throws {
    let (network, passes) = (Self.network(layers: 1), Passes())
    let measure = passes.measurer { number, multiplyAdds in
      let isBatch = multiplyAdds > network.multiplyAdds()
      return isBatch ? .milliseconds(milliseconds) + .microseconds(number) : .seconds(1)
    }
    let timer = try #require(InferenceTimer(Synthetic.classes().training, measuringBy: measure))
    var workspace = Workspace()
    let times = timer.times(of: [network.widths], in: network, within: nil, &workspace)
    // After the single one: 1 is its own pass.
    #expect(passes.all.count == 1 + count)
    let batch = try #require(times[0]).batch
    #expect(abs(batch - Double(milliseconds) - (time + 1) / 1_000) < 1e-9)
  }

  /// What takes long is measured once, and no more of the list than there is time for, spread over it.
  @Test func thereIsALimit() throws {
    let (network, passes) = (Self.network(layers: 1), Passes())
    let timer = try #require(
      InferenceTimer(
        Synthetic.classes().training, measuringBy: passes.measurer { _, _ in .milliseconds(400) }))
    var workspace = Workspace()
    let times = timer.times(of: (1...8).map { [$0] }, in: network, within: .seconds(2), &workspace)
    #expect(times.map { $0 == nil } == [false, true, false, true, false, true, true, true])
    #expect(passes.all.count == 6)
    let all = timer.times(of: (1...8).map { [$0] }, in: network, within: nil, &workspace)
    #expect(all.allSatisfy { $0 != nil })
  }

  @Test func nothingIsMeasuredAfterACancellation() async throws {
    let (network, passes) = (Self.network(layers: 1), Passes())
    let measure = passes.measurer { number, _ in
      if number == 15 { withUnsafeCurrentTask { $0?.cancel() } }
      return .microseconds(1)
    }
    let timer = try #require(InferenceTimer(Synthetic.classes().training, measuringBy: measure))
    let times = await Task {
      var workspace = Workspace()
      return timer.times(of: [[1], [2], [3]], in: network, &workspace)
    }.value
    // The second network's was under way.
    #expect(passes.all.count == 15 && times.count { $0 != nil } == 1)
  }

  @Test(arguments: ["classes", "values", "images", "graphs"])
  func everyKindOfDataIsInferred(kind: String) throws {
    let dataset =
      switch kind {
      case "classes": Synthetic.classes()
      case "values": Synthetic.values()
      case "images": Synthetic.images()
      default: Synthetic.graphs()
      }
    var configuration = Configuration.small()
    if kind == "graphs" {
      configuration = Configuration.defaults(
        forData: DataOptions(path: "graphs"), name: "", kind: .graphs, network: .gin)
    }
    let network = LearningState(configuration: configuration, dataset: dataset).network
    let timer = try #require(InferenceTimer(dataset.validation))
    var workspace = Workspace()
    let times = timer.times(of: [network.widths], in: network, &workspace)
    #expect(try #require(times[0]).single > 0 && #require(times[0]).batch > 0)
  }

  @Test func withoutExamplesThereIsNothingToInfer() {
    #expect(InferenceTimer(Synthetic.classes(validation: 0).validation) == nil)
  }
}

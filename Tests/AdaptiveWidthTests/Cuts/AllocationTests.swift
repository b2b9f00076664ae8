import AdaptiveWidth
import Experiment
import LinearAlgebra
import Testing

/// Sizes that are divided among layers of channels by a curve of each.
@Suite struct AllocationTests {
  private static let channels = RepairCase.all.filter { $0.network.hasLearnedChannels }

  /// Nothing that a layer needs goes as long as another one can spare as much. By plain cuts, since repairs of so small a
  /// network mend nearly everything.
  @Test func channelsThatNobodyReadsPayForTheSize() throws {
    let item = ChannelCase(trained: 40)
    let network = item.network.silencing(readsOf: 4) { $0 < 2 }
    // Rows that the network is right about, so that what it needs costs something.
    let right = Batch(inputs: item.batch.inputs, labels: Self.classes(network.outputs(of: item.batch)))
    let rows = EvaluationRows(
      batches: [right], calibration: [ChannelCase.images(40, seed: 8)],
      fitting: [ChannelCase.images(40, seed: 9), ChannelCase.images(24, seed: 10)])
    var (workspace, widths) = (Workspace(), network.widths)
    widths[1] = 2
    for budget in [
      CutBudget.multiplyAdds(atMost: network.multiplyAdds(widths: widths)),
      .parameters(atMost: network.parameterCount(widths: widths)),
    ] {
      let cut = try network.cut(to: budget, by: .plain, rows, &workspace)
      let spared = network.measure(widths: widths, by: .plain, rows, &workspace)
      #expect(cut.metrics.loss <= spared.metrics.loss + 0.02, "\(cut.widths)")
      let even = (1...8).map { network.widths(keeping: Double($0) / 8) }
        .last { budget.admits(network, $0) }
      let uniform = network.measure(widths: try #require(even), by: .plain, rows, &workspace)
      #expect(cut.metrics.loss < uniform.metrics.loss - 0.02, "\(cut.widths)")
    }
  }

  private static func classes(_ logits: [Float]) -> [Int32] {
    stride(from: 0, to: logits.count, by: ChannelCase.classes).map { start in
      let row = logits[start..<start + ChannelCase.classes]
      return Int32((row.firstIndex(of: row.max()!) ?? start) - start)
    }
  }

  @Test(arguments: channels, [0.3, 0.5, 0.8])
  func aSizeIsKeptToAndBeatsTheSameFractionEverywhere(_ item: RepairCase, _ share: Double) throws {
    var workspace = Workspace()
    let network = item.network
    let most = Int(share * Double(network.multiplyAdds()))
    let cut = try network.cut(to: .multiplyAdds(atMost: most), item.rows, &workspace)
    #expect(cut.multiplyAdds <= most && cut.multiplyAdds == network.multiplyAdds(widths: cut.widths))
    #expect(cut.metrics == network.measure(widths: cut.widths, item.rows, &workspace).metrics)
    let widest = network.widths.max() ?? 1
    let even = (1...widest).map { network.widths(keeping: Double($0) / Double(widest)) }
      .last { network.multiplyAdds(widths: $0) <= most }
    let other = network.measure(widths: try #require(even), item.rows, &workspace)
    #expect(cut.metrics.loss <= other.metrics.loss + 1e-9)
  }

  @Test(arguments: channels) func aPriceListHasBothKindsOfCuts(_ item: RepairCase) {
    var workspace = Workspace()
    let frontier = item.network.frontier(item.rows, step: 0, &workspace)
    #expect(frontier.whole.widths == item.network.widths)
    for cut in frontier.cuts {
      #expect(cut == item.network.measure(widths: cut.widths, item.rows, &workspace))
    }
  }

  @Test(arguments: channels) func whatNoCutReachesIsRefused(_ item: RepairCase) {
    var workspace = Workspace()
    #expect(throws: ImpossibleBudget.self) {
      try item.network.cut(to: .multiplyAdds(atMost: 1), item.rows, &workspace)
    }
  }

  @Test(arguments: channels) func widthsAreRounded(_ item: RepairCase) throws {
    var workspace = Workspace()
    let rounding = WidthRounding(toMultiplesOf: 3)
    let cut = try item.network.cut(
      to: .multiplyAdds(atMost: item.network.multiplyAdds() * 6 / 10), rounding: rounding, item.rows,
      &workspace)
    for (width, whole) in zip(cut.widths, item.network.widths) {
      #expect(width % 3 == 0 || width == whole, "\(cut.widths)")
    }
  }
}

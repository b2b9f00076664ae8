import Experiment

/// What the last cut of a search has left for the next one, which mostly cuts the layers near the input alike.
struct CutTrail {
  /// A cut on its way: layers before this one are cut.
  struct Step {
    var layer: Int
    var cut: PartialCut
    /// Of the layer.
    var repair: LayerRepair?
  }

  /// The memory that the states of rows may take.
  private static let mostBytes = 256 << 20

  private var widths: [Int] = []
  private var policy: WidthPolicy?
  private var steps: [Step] = []
  private var bytes = 0

  /// The last step on the way to a cut that the last one has passed, too; forgets those after it, and notes the cut.
  mutating func last(to widths: [Int], _ policy: WidthPolicy?) -> Step? {
    let common = policy == self.policy ? zip(widths, self.widths).prefix { $0 == $1 }.count : 0
    (self.widths, self.policy) = (widths, policy)
    while let step = steps.last {
      steps.removeLast()
      bytes -= Self.bytes(step)
      if step.layer <= common { return step }
    }
    return nil
  }

  /// Notes a step, unless it takes too much memory.
  mutating func add(_ step: Step) {
    let more = Self.bytes(step)
    guard bytes + more <= Self.mostBytes else { return }
    steps.append(step)
    bytes += more
  }

  private static func bytes(_ step: Step) -> Int { step.cut.states.values.reduce(0) { $0 + $1.bytes } }
}

import Experiment

/// The intermediate results of a search's last cut. The next cut mostly leaves the layers near the input as wide, and
/// continues from there.
struct CutTrail {
  /// A network whose layers before this one are cut.
  struct Step {
    var layer: Int
    var cut: PartialCut
    /// The layer's fits; `nil`: it is not repaired.
    var repair: LayerRepair?
  }

  /// The most memory that the steps' states of batches may take.
  private static let mostBytes = 256 << 20

  private var widths: [Int] = []
  private var policy: WidthPolicy?
  private var steps: [Step] = []
  private var bytes = 0

  /// The last step that a cut has in common with the one before it; `nil`: none. Forgets the steps after it.
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

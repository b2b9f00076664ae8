import ArgumentParser
import Experiment

/// How cuts are made: `truncate` and `curve`.
struct CutFlags: ParsableArguments {
  @Flag(help: "Plain cuts: the weights that leave the neurons which stay are not refitted.")
  var noRepair = false
  @Option(help: "Which neurons stay: the first ones (index), or those that together explain most (best).")
  var order = Order.index

  enum Order: String, CaseIterable, ExpressibleByArgument {
    case index, best
  }

  var method: CutMethod { noRepair ? .plain : order == .best ? .best : .repaired }

  func validate() throws {
    if noRepair && order == .best {
      throw ValidationError("--order best needs the repair: leave out --no-repair")
    }
  }
}

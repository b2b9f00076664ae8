import ArgumentParser
import Experiment
import Foundation

/// How cuts are made, and which widths are chosen: `truncate`, `compress` and `curve`.
package struct CutFlags: ParsableArguments {
  @Flag(help: "Plain cuts: the weights that leave the neurons which stay are not refitted.")
  var noRepair = false
  @Option(help: "Which neurons stay: the first ones (index), or those that together explain most (best).")
  package var order = Order.index

  package enum Order: String, CaseIterable, ExpressibleByArgument {
    case index, best
  }

  @Option(
    parsing: .unconditional,
    help: """
      Round the widths that a budget or --tolerance chooses up to a multiple of this (default: the run's own).
      """, transform: Int.parsing)
  package var roundTo: Int?

  /// Threads that measure cuts: nothing else goes on meanwhile, and no result depends on their number.
  package static var threads: Int { ProcessInfo.processInfo.activeProcessorCount }

  package var method: CutMethod { noRepair ? .plain : order == .best ? .best : .repaired }

  /// - Parameter own: of the model's run.
  package func rounding(own: WidthRounding?) -> WidthRounding {
    roundTo.map { WidthRounding(toMultiplesOf: $0) } ?? own ?? .none
  }

  package init() {}

  package func validate() throws {
    if let roundTo, let refusal = Setting.of(\.network.roundTo).refusal(of: roundTo) {
      throw ValidationError("--round-to \(refusal)")
    }
    if noRepair && order == .best {
      throw ValidationError("--order best needs the repair: leave out --no-repair")
    }
  }
}

extension WidthRounding {
  /// For the user of a command that chooses widths.
  package var notes: [String] {
    isNone ? [] : ["widths are rounded up to multiples of \(multiple), but never above what they are now"]
  }
}

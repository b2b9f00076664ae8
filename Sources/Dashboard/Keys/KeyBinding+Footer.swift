extension KeyBinding {
  /// Rows of the footer by the id of their first command, the most useful first: what has no room is left out.
  package static let footer = [
    "truncate", "pause", "replay-back", "replay-tenth-back", "replay-edit-last", "steps-fewer", "cut-less",
    "compress", "undo", "budget", "pane-next",
    "zoom",
    "policy",
    "layer-previous", "truncate-all", "redo", "pace-slower", "learning-rate-lower", "reorder", "joint",
    "step",
    "evaluate",
    "log-scale", "smoothing", "predictions", "layer-list", "data", "messages", "detach", "save", "picture",
    "orders",
    "bars",
  ].map(row)

  /// Rows that always have room, at the end of the footer.
  package static let pinnedFooter = ["palette", "help", "quit"].map(row)

  private static func row(of id: String) -> KeyBinding {
    guard let binding = all.first(where: { $0.commands.first?.id == id }) else {
      preconditionFailure("the footer names “\(id)”, which begins no row of the table")
    }
    return binding
  }
}

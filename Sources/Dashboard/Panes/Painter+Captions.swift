import Canvas

/// What stands in the borders of the panes.
extension Painter {
  /// A hint gives way where it would leave no room for what was measured.
  func caption(of pane: Pane, width: Int) -> (title: String, trailing: String) {
    let pieces = state.isReady ? pane.content.caption(in: state) : []
    func caption(_ title: String) -> (title: String, trailing: String) {
      let room = width - Text.columns(title, glyphs: glyphs) - 7
      return (title, StatusText.whole(pieces, separator: "  ", width: room, glyphs: glyphs))
    }
    let whole = caption(title(of: pane, hint: pane.content.hint(in: state)))
    return whole.trailing.isEmpty ? caption(title(of: pane, hint: nil)) : whole
  }

  private func title(of pane: Pane, hint: String?) -> String {
    var title = pane.content.title(in: state)
    if let hint { title += " · \(hint)" }
    let isAlone = layout.panes.count == 1
    if isAlone { title += " · \(pane.index + 1) of \(Pane.allCases.count)" }
    if isAlone && layout.kind != .compact { title += " · \(state.hint("zoom")): all panes" }
    if layout.kind == .medium && !isAlone && pane.isLower { title += " · \(state.hint("pane-next")): others" }
    return title
  }
}

extension State {
  /// In the caption of a chart that does not show the whole run.
  var narrowedSteps: [StatusText.Piece] {
    guard charts.range != nil, stepsInView.upperBound < 1e15 else { return [] }
    let (first, last) = (Int(stepsInView.lowerBound), Int(stepsInView.upperBound.rounded(.up)))
    return [.init("steps \(NumberText.grouped(first))–\(NumberText.grouped(last))", 0)]
  }
}

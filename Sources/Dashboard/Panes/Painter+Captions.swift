import Canvas

/// What stands in the borders of the panes.
extension Painter {
  /// A hint, and then the name of a layer, give way where they would leave no room for what was measured.
  func caption(of pane: Pane, width: Int) -> (title: String, trailing: String) {
    let pieces = state.isReady ? pane.content.caption(in: state) : []
    let (titles, hint) = (pane.content.titles(in: state), pane.content.hint(in: state))
    let forms = ([(titles[0], hint)] + titles.map { ($0, nil) }).map { title, hint in
      let title = self.title(title, of: pane, hint: hint)
      let room = width - Text.columns(title, glyphs: glyphs) - 7
      return (
        title: title, trailing: StatusText.whole(pieces, separator: "  ", width: room, glyphs: glyphs)
      )
    }
    return forms.first { !$0.trailing.isEmpty } ?? forms[1]
  }

  private func title(_ title: String, of pane: Pane, hint: String?) -> String {
    var title = title
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

import Canvas

extension State {
  /// What a click, a drag or the wheel does. Nothing that it does changes the network.
  mutating func take(_ event: MouseEvent) -> [Effect] {
    let grabbed = view.grabbed
    if event.kind == .press || event.kind == .release { view.grabbed = nil }
    // A click is no answer, and so cancels a question as any other key does; it does nothing else then.
    if question != nil { return event.kind == .press ? press(.escape) : [] }
    if view.overlay != nil {
      for _ in 0..<Self.wheelLines where event.kind == .wheelUp || event.kind == .wheelDown {
        _ = scroll(event.kind == .wheelUp ? .up : .down)
      }
      return []
    }
    if event.kind == .drag {
      guard let placed = layout.panes.first(where: { $0.pane == grabbed }) else { return [] }
      return move(handles(of: placed), to: event.x)
    }
    guard let placed = layout.panes.first(where: { $0.rect.contains(x: event.x, y: event.y) }) else {
      return []
    }
    switch event.kind {
    case .press: return click(placed, event)
    case .wheelUp, .wheelDown: return turn(placed, event)
    case .drag, .release: return []
    }
  }

  /// Lines of a list that the wheel moves at once.
  private static let wheelLines = 3

  private mutating func click(_ placed: Layout.Placed, _ event: MouseEvent) -> [Effect] {
    messages.current = nil
    let pane = placed.pane
    let isTitle = event.y == placed.rect.y
    if isTitle && layout.kind == .medium && layout.panes.count > 1 && pane.isLower {
      var next = pane.next
      while !next.isLower { next = next.next }
      return focus(next)
    }
    let handles = handles(of: placed)
    _ = focus(pane)
    for case .layers(let first, let rows) in handles where rows.contains(x: event.x, y: event.y) {
      return choose(layer: first + event.y - rows.y)
    }
    guard !isTitle && event.y < placed.rect.maxY - 1,
      handles.contains(where: { $0.columns?.contains(event.x) ?? false })
    else { return [] }
    view.grabbed = pane
    return move(handles, to: event.x)
  }

  /// Brings the cut, or the crosshair of a zoomed chart, to a column of the screen.
  private mutating func move(_ handles: [Handle], to x: Int) -> [Effect] {
    for handle in handles {
      guard let columns = handle.columns, !columns.isEmpty else { continue }
      let column = min(max(x, columns.lowerBound), columns.upperBound - 1)
      switch handle {
      case .cut(let scale, let whole):
        // The ends are one and all, however many neurons there are to a column.
        let isEnd = column == columns.upperBound - 1
        return moveCut(
          to: isEnd ? .max : column == columns.lowerBound ? 1 : kept(scale.value(at: column), of: whole))
      case .steps(let scale) where isReadingSteps:
        return placeCrosshair(at: Self.clamp(scale.value(at: column), to: stepsInView))
      case .steps, .layers: break
      }
    }
    return []
  }

  /// A joint cut keeps the same share of every layer, so of this one too.
  private func kept(_ neurons: Double, of whole: Int) -> Int {
    let share = neurons / Double(max(1, whole))
    return Int((share * Double(snapshot.layers[cut.layer].width)).rounded())
  }

  private mutating func turn(_ placed: Layout.Placed, _ event: MouseEvent) -> [Effect] {
    let isUp = event.kind == .wheelUp
    if placed.pane == .input { return scrollClasses(by: isUp ? -Self.wheelLines : Self.wheelLines) }
    for handle in handles(of: placed) {
      switch handle {
      case .cut: return moveCut(by: isUp ? 1 : -1)
      case .steps(let scale): zoomSteps(by: isUp ? 0.8 : 1.25, about: scale.value(at: event.x))
      case .layers: break
      }
    }
    return []
  }
}

extension Handle {
  /// The columns of the screen that it covers; `nil`: it has no scale.
  fileprivate var columns: Range<Int>? {
    switch self {
    case .cut(let scale, _), .steps(let scale): scale.columns
    case .layers: nil
    }
  }
}

extension Rect {
  fileprivate func contains(x: Int, y: Int) -> Bool {
    x >= self.x && x < maxX && y >= self.y && y < maxY
  }
}

import Canvas

/// What a pointer can take hold of in a pane, as the pane was drawn.
package enum Handle: Equatable, Sendable {
  /// Columns stand for neurons kept of so many: of the layer's, or of all layers'.
  case cut(ColumnScale, of: Int)
  /// Columns stand for steps of the run.
  case steps(ColumnScale)
  /// Rows that name layers, from `first` on.
  case layers(first: Int, Rect)
}

extension State {
  /// They are found by drawing the pane, so that what is meant is what is seen.
  package func handles(of placed: Layout.Placed) -> [Handle] {
    var painter = Painter(self)
    painter.paint(placed)
    return painter.handles
  }
}

import Canvas

/// Where everything stands on a screen of a given size.
///
/// Whatever the size, rectangles lie inside the screen and apart from each other, and unless the screen is too
/// small the focused pane is among them.
package struct Layout: Equatable, Sendable {
  package enum Kind: Equatable, Sendable {
    /// All panes, in two rows.
    case wide
    /// The charts over steps above, one of the others below.
    case medium
    /// One pane at a time.
    case compact
    /// Not even that.
    case tooSmall
  }

  package struct Placed: Equatable, Sendable {
    package var pane: Pane
    package var rect: Rect
  }

  package static let minimumWidth = 40
  package static let minimumHeight = 10

  package var kind: Kind
  package var header = Rect(x: 0, y: 0, width: 0, height: 0)
  package var panes: [Placed] = []
  /// The price of the cut, questions, messages.
  package var preview = Rect(x: 0, y: 0, width: 0, height: 0)
  package var footer = Rect(x: 0, y: 0, width: 0, height: 0)

  /// What the header, preview line and footer leave.
  package var body: Rect {
    Rect(x: 0, y: header.maxY, width: header.width, height: preview.y - header.maxY)
  }

  /// - Parameters:
  ///   - focus: The pane that must be visible.
  ///   - lower: What the medium layout shows below.
  ///   - isZoomed: The focused pane takes the whole body.
  package init(width: Int, height: Int, focus: Pane, lower: Pane, isZoomed: Bool) {
    kind = Self.kind(width: width, height: height)
    guard kind != .tooSmall else { return }
    header = Rect(x: 0, y: 0, width: width, height: 1)
    // Its sentence is about a hundred columns long.
    let lines = kind != .wide && height >= 14 ? 2 : 1
    preview = Rect(x: 0, y: height - 1 - lines, width: width, height: lines)
    footer = Rect(x: 0, y: height - 1, width: width, height: 1)
    let (all, half) = (Pane.allCases, (Pane.allCases.count + 1) / 2)
    let rows: [[Pane]] =
      switch kind {
      case _ where isZoomed: [[focus]]
      case .wide: [Array(all.prefix(half)), Array(all.dropFirst(half))]
      case .medium: [all.filter { !$0.isLower }, [focus.isLower ? focus : lower]]
      default: [[focus]]
      }
    for (row, strip) in zip(rows, Self.split(body.y, body.height, into: rows.count)) {
      for (pane, span) in zip(row, Self.split(0, width, into: row.count)) {
        let rect = Rect(x: span.start, y: strip.start, width: span.length, height: strip.length)
        panes.append(Placed(pane: pane, rect: rect))
      }
    }
  }

  package static func kind(width: Int, height: Int) -> Kind {
    if width >= 110 && height >= 32 { return .wide }
    if width >= 80 && height >= 24 { return .medium }
    return width >= minimumWidth && height >= minimumHeight ? .compact : .tooSmall
  }

  /// Consecutive spans of nearly equal length; the first ones take what is left over.
  private static func split(_ start: Int, _ length: Int, into count: Int) -> [(start: Int, length: Int)] {
    var next = start
    return (0..<count).map { index in
      let extent = length / count + (index < length % count ? 1 : 0)
      defer { next += extent }
      return (next, extent)
    }
  }
}

extension State {
  package var layout: Layout {
    Layout(width: width, height: height, focus: view.focus, lower: view.lower, isZoomed: view.isZoomed)
  }
}

import Canvas
import Dashboard

/// One golden file: a screen, or several that belong together, each under a heading.
struct Sheet: Sendable {
  var name: String
  /// All that are shown, for what must hold for each.
  var states: [State]
  var text: String { write(states) }
  private var write: @Sendable ([State]) -> String

  /// Characters alone, of one state.
  init(_ name: String, _ state: State) {
    self.name = name
    states = [state]
    write = { $0.map { render($0).text + "\n" }.joined() }
  }

  /// Characters alone, in all three alphabets.
  ///
  /// - Parameter inLetters: Also as on terminals of too few colors for shades.
  init(inAllGlyphs name: String, _ state: State, inLetters: Bool = false) {
    self.name = name
    states = GlyphSet.allCases.map { state.with($0) }
    if inLetters { states.append(state.with(.braille, usesColor: false)) }
    write = { states in
      states.map { state in
        "=== \(state.glyphs.rawValue), \(state.width) × \(state.height)"
          + "\(state.usesColor ? "" : ", 16 colors") ===\n\(render(state).text)\n"
      }.joined()
    }
  }

  /// Characters and styles, in themes and on all levels of color.
  init(styles name: String, _ state: State) {
    self.name = "styles-\(name)"
    states = [state]
    write = { StyleMap.text(of: $0[0]) }
  }
}

extension Sheet {
  static let all = layouts + panes + overlays + situations + styles + dataPages + predictions

  private static let layouts = [
    Sheet(inAllGlyphs: "wide", Screens.cutState(width: 120, height: 36)),
    Sheet(inAllGlyphs: "medium", Screens.cutState(width: 80, height: 24)),
    Sheet(inAllGlyphs: "compact", Screens.cutState(width: 60, height: 18)),
    Sheet(inAllGlyphs: "too-small", Fixtures.spiralState(width: 36, height: 8)),
    Sheet("huge", Screens.edited(width: 200, height: 60)),
  ]

  private static let panes =
    ([
      ("loss", .loss), ("width", .width), ("rate", .rate), ("neurons", .neurons), ("trade-off", .tradeoff),
    ] as [(String, Pane)]).map { name, pane in
      Sheet(
        inAllGlyphs: "pane-\(name)", Screens.zoomed(pane, Screens.cutState(width: 80, height: 24)))
    }
    + [
      ("plane", Screens.cutState(width: 80, height: 24)), ("images", Screens.images(width: 80, height: 24)),
      ("classes", Screens.fixedWidth(width: 80, height: 24)),
      ("scatter", Screens.regression(width: 80, height: 24)),
      ("colours", Screens.colorImages(width: 80, height: 24)),
      ("sequences", Screens.sequences(width: 80, height: 24)),
    ].map { name, state in
      Sheet(
        inAllGlyphs: "pane-input-\(name)", Screens.zoomed(.input, state),
        inLetters: name == "plane" || name == "images")
    }

  private static let overlays = [
    Sheet(
      inAllGlyphs: "help",
      Screens.pressed(Fixtures.spiralState(width: 80, height: 24), [.character("?")])),
    Sheet(
      inAllGlyphs: "messages", Screens.pressed(Screens.edited(width: 80, height: 24), [.character("o")])),
    Sheet(inAllGlyphs: "palette", Screens.palette("", Screens.cutState(width: 80, height: 24))),
    Sheet(inAllGlyphs: "price-list", Screens.priceList(width: 80, height: 24)),
    Sheet("price-list-compact", Screens.priceList(width: 60, height: 18)),
    Sheet("palette-value", Screens.palette("truncate 99", Screens.cutState(width: 80, height: 24))),
    Sheet("palette-compact", Screens.palette("la", Screens.cutState(width: 40, height: 10).with(.ascii))),
    Sheet(
      "help-search", Screens.pressed(Fixtures.spiralState(width: 80, height: 24), Screens.keys("?/cut"))),
  ]

  private static let situations = [
    Sheet("question", Screens.pressed(Screens.cutState(width: 110, height: 32), [.character("t")])),
    Sheet("compress", Screens.pressed(Screens.cutState(width: 80, height: 24), [.character("c")])),
    Sheet(
      "compress-until", Screens.pressed(Screens.cutState(width: 80, height: 24), [.character("c"), .tab])),
    Sheet(
      "budget",
      Screens.pressed(Screens.priceList(width: 80, height: 24), [.character("a"), .character("9")])),
    Sheet("regression", Screens.regression(width: 120, height: 36)),
    Sheet("fixed-width", Screens.fixedWidth(width: 120, height: 36)),
    Sheet("images", Screens.images(width: 120, height: 36)),
    Sheet("sequences", Screens.sequences(width: 120, height: 36)),
    Sheet("twelve-layers", Screens.twelveLayers(width: 120, height: 36)),
    Sheet(
      "layer-table",
      Screens.pressed(Fixtures.deep([412, 120, 45], width: 120, height: 36), [.character("L")])),
    Sheet(
      inAllGlyphs: "pane-layer-table",
      Screens.pressed(Screens.twelveLayers(width: 60, height: 18), Screens.keys("L") + [.character("z")])),
    Sheet("loading", Screens.loading(width: 80, height: 24)),
    Sheet("orders", Screens.orders(width: 120, height: 36)),
    Sheet("joint", Screens.joint(width: 120, height: 36)),
    Sheet("outdated", Screens.outdated(width: 120, height: 36)),
    Sheet("settling", Screens.settling(width: 120, height: 36)),
    Sheet("settling-medium", Screens.pressed(Screens.settling(width: 80, height: 24), [.tab, .tab])),
    Sheet("compressing", Screens.compressing(width: 120, height: 36)),
    Sheet(inAllGlyphs: "crosshair", Screens.crosshair(width: 80, height: 24)),
    Sheet("crosshair-wide", Screens.crosshair(width: 120, height: 36, zoomedIn: 2)),
    Sheet(
      "crosshair-width",
      Screens.pressed(
        Screens.widths(width: 80, height: 24), [.left] + Array(repeating: .shiftLeft, count: 6))),
  ]

  private static let styles = [
    Sheet(styles: "wide", Screens.fewShades(Screens.cutState(width: 120, height: 36))),
    Sheet(
      styles: "question", Screens.pressed(Screens.cutState(width: 80, height: 24), [.character("t")])),
    Sheet(styles: "price-list", Screens.priceList(width: 120, height: 36)),
    Sheet(styles: "palette", Screens.palette("", Screens.cutState(width: 120, height: 36))),
  ]
}

import Canvas
import Dashboard

extension Sheet {
  static let dataPages = [
    Sheet("data-wide", Screens.data(width: 120, height: 36)),
    Sheet(inAllGlyphs: "data", Screens.data(width: 80, height: 24)),
    Sheet(
      "data-end", Screens.pressed(Screens.data(width: 80, height: 24), [.end])),
    Sheet("data-compact", Screens.data(width: 60, height: 18)),
    Sheet("data-images", Screens.data(Fixtures.imageReport, width: 80, height: 24)),
    Sheet("data-loading", Screens.dataWhileLoading(width: 80, height: 24)),
  ]

  static let predictions = [
    Sheet("confusion", Screens.confusion(classes: Screens.digits, width: 120, height: 36)),
    Sheet("confusion-medium", Screens.confusion(classes: Screens.digits, width: 80, height: 24)),
    Sheet("confusion-compact", Screens.confusion(classes: Screens.digits, width: 60, height: 18)),
    Sheet(
      inAllGlyphs: "pane-input-confusion",
      Screens.pressed(
        Screens.confusion(classes: Screens.digits, width: 80, height: 24), [.character("z")]), inLetters: true
    ),
    Sheet(
      "confusion-three",
      Screens.pressed(
        Screens.confusion(classes: Screens.animals, width: 120, height: 36), [.character("z")])),
    Sheet(
      "confusion-pairs",
      Screens.pressed(
        Screens.confusion(classes: Screens.birds, width: 80, height: 24), [.character("z"), .pageDown])),
    Sheet("parity", Screens.parity(width: 120, height: 36)),
    Sheet("parity-compact", Screens.parity(width: 60, height: 18)),
    Sheet(
      inAllGlyphs: "pane-input-parity",
      Screens.pressed(Screens.parity(width: 80, height: 24), [.character("z")])),
    Sheet("residuals", Screens.residuals(width: 120, height: 36)),
    Sheet("residuals-medium", Screens.residuals(width: 80, height: 24)),
    Sheet(
      inAllGlyphs: "pane-input-residuals",
      Screens.pressed(Screens.residuals(width: 80, height: 24), [.character("z")])),
    Sheet(
      "confusion-monochrome",
      Screens.inMonochrome(Screens.confusion(classes: Screens.animals, width: 80, height: 24))),
    Sheet(styles: "confusion", Screens.confusion(classes: Screens.animals, width: 80, height: 24)),
  ]
}

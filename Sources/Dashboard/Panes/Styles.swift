import Canvas

/// What the dashboard draws, in the roles of a theme.
struct Styles {
  let theme: Theme

  init(_ theme: Theme) { self.theme = theme }

  var text: Style { theme[.text] }
  var dim: Style { theme[.dim] }
  var title: Style { theme[.title] }
  var border: Style { theme[.border] }
  var focus: Style { theme[.borderFocused] }
  var key: Style { theme[.key] }
  var train: Style { theme[.train] }
  var validation: Style { theme[.validation] }
  var posterior: Style { theme[.posterior] }
  var prior: Style { theme[.prior] }
  var marker: Style { theme[.marker] }
  var cut: Style { theme[.cut] }
  var bar: Style { theme[.bar] }
  var barCut: Style { theme[.barCut] }
  var good: Style { theme[.good] }
  var warning: Style { theme[.warning] }
  var error: Style { theme[.bad] }
  var question: Style { theme[.selection] }
  var ground: Color { theme.ground.color }

  /// Every step's loss, behind its moving average.
  var trainRaw: Style {
    let train = theme[.train]
    guard train.foreground != .terminal else { return theme[.dim] }
    return Style(foreground: train.foreground.blended(with: ground, amount: 0.6))
  }

  func layer(_ index: Int) -> Style { theme.series(index) }

  func style(of tone: Message.Tone) -> Style {
    switch tone {
    case .plain: text
    case .good: good
    case .warning: warning
    case .error: error
    }
  }
}

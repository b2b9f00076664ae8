/// A named set of styles, one for every role something on the screen can have.
public struct Theme: Equatable, Sendable {
  /// What a style is for. The raw values are the keys of theme files.
  public enum Role: String, CaseIterable, Sendable {
    case text
    /// Text that matters less, such as labels of axes.
    case dim
    case title
    case border
    case borderFocused = "border_focused"
    case accent
    case good
    case warning
    case bad
    case train
    case validation
    /// The line where a layer would be cut.
    case cut
    case prior
    case posterior
    case bar
    /// Bars beyond the cut.
    case barCut = "bar_cut"
    case selection
    /// A key, in the footer and in the help.
    case key
    /// Vertical markers in plots.
    case marker

    /// Takes the place of a role that a theme leaves out.
    var fallback: Role? {
      switch self {
      case .text: nil
      case .dim, .title, .accent, .good, .warning, .bad, .selection: .text
      case .border, .barCut, .marker: .dim
      case .borderFocused, .train, .cut, .key, .posterior, .bar: .accent
      case .validation: .good
      case .prior: .dim
      }
    }
  }

  /// The background a theme is made for. It is not painted: the terminal's own stays.
  public enum Ground: String, CaseIterable, Sendable {
    case dark
    case light

    /// Stands for the terminal's background where colors are blended into it.
    public var color: Color { Color(hex: self == .dark ? 0x16181D : 0xFFFFFF) }
    /// Stands for the terminal's foreground where a picture needs one.
    public var foreground: Color { Color(hex: self == .dark ? 0xD4D7DE : 0x24272E) }
    /// Backgrounds on which a theme must be readable.
    package var backgrounds: [Color] {
      self == .dark
        ? [Color(hex: 0x000000), Color(hex: 0x282C34)] : [Color(hex: 0xFFFFFF), Color(hex: 0xFAF4E6)]
    }
  }

  /// As its file says, or the file's own name.
  public let name: String
  /// The background it is made for.
  public let ground: Ground
  private let styles: [Role: Style]
  /// For things counted from 0, such as layers; at least one.
  public let series: [Style]
  /// For the classes of the data; at least one.
  public let classes: [Style]

  /// `series` left out is the accent; `classes` left out are the series.
  init(name: String, ground: Ground, styles: [Role: Style], series: [Style], classes: [Style]) {
    self.name = name
    self.ground = ground
    var complete: [Role: Style] = [:]
    for role in Role.allCases {
      var source: Role? = role
      while let next = source, styles[next] == nil { source = next.fallback }
      complete[role] = source.flatMap { styles[$0] } ?? .plain
    }
    self.styles = complete
    self.series = series.isEmpty ? [complete[.accent] ?? .plain] : series
    self.classes = classes.isEmpty ? self.series : classes
  }

  /// The style of a role.
  public subscript(role: Role) -> Style { styles[role] ?? .plain }

  /// The style of the series at an index, the first again after the last.
  public func series(_ index: Int) -> Style { series[abs(index % series.count)] }

  /// The style of the class at an index, the first again after the last.
  public func classes(_ index: Int) -> Style { classes[abs(index % classes.count)] }
}

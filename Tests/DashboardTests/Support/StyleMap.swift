import Canvas
import Dashboard

/// How a screen's cells are drawn, as text: under its characters a line a row, in which `12a 3b` are twelve cells in
/// style `a` and three in `b`, and a legend of what these are in each theme and on each level of color.
///
/// Cells share a letter if they look alike in all of them.
struct StyleMap {
  private static let themes = ["dark", "light"]

  /// Of a state on all levels; once, if the characters are the same on all.
  static func text(of state: State) -> String {
    let few = state.with(state.glyphs, usesColor: false)
    let levels: [ColorLevel] = [.trueColor, .ansi256, .ansi16, .none]
    if render(state).text == render(few).text { return text(of: few, on: levels) }
    return text(of: state, on: Array(levels[..<2])) + text(of: few, on: Array(levels[2...]))
  }

  private static func text(of state: State, on levels: [ColorLevel]) -> String {
    let looks = themes.flatMap { name in
      levels.map { (name: "\(name), \($0.rawValue)", theme: Theme.named(name)!, level: $0) }
    }
    let frames = looks.map { look in
      var state = state
      state.theme = look.theme
      return render(state)
    }
    let cells = (0..<state.height).map { y in
      (0..<state.width).map { x in
        zip(frames, looks).map { frame, look in words(frame[x, y].style, on: look.level) }
      }
    }
    var map = StyleMap()
    let rows = cells.enumerated().map { "\($0 + 1)".padded(to: 4) + map.runs(of: $1) }
    let title = "\(state.width) × \(state.height), \(levels.map(\.rawValue).joined(separator: ", "))"
    let lines =
      ["=== characters, \(title) ===", frames[0].text, "=== styles, row by row ==="] + rows
      + ["=== where ==="] + map.legend(headings: looks.map(\.name))
    return lines.joined(separator: "\n") + "\n"
  }

  private var letters: [[String]: String] = [:]
  private var styles: [[String]] = []

  private mutating func runs(of row: [[String]]) -> String {
    var runs: [(style: [String], count: Int)] = []
    for style in row {
      if runs.last?.style == style { runs[runs.count - 1].count += 1 } else { runs.append((style, 1)) }
    }
    return runs.map { "\($0.count)\(letter(of: $0.style))" }.joined(separator: " ")
  }

  private mutating func letter(of style: [String]) -> String {
    if let letter = letters[style] { return letter }
    let letter = Self.name(styles.count)
    letters[style] = letter
    styles.append(style)
    return letter
  }

  /// a … z, aa … az, ba …
  private static func name(_ index: Int) -> String {
    let letter = String(Unicode.Scalar(UInt8(ascii: "a") + UInt8(index % 26)))
    return index < 26 ? letter : name(index / 26 - 1) + letter
  }

  private func legend(headings: [String]) -> [String] {
    let rows = [headings] + styles
    let widths = headings.indices.map { column in rows.map { $0[column].count }.max()! + 2 }
    return rows.enumerated().map { index, row in
      let name = index == 0 ? "" : Self.name(index - 1)
      let line = zip(row, widths).reduce(name.padded(to: 4)) { $0 + $1.0.padded(to: $1.1) }
      return String(line.reversed().drop { $0 == " " }.reversed())
    }
  }

  /// "#88c0d0 on #2e3440 bold", "14", "-" for what is the terminal's own.
  private static func words(_ style: Style, on level: ColorLevel) -> String {
    var words = [word(style.foreground.reduced(to: level))]
    let background = style.background.reduced(to: level)
    if background != .terminal { words += ["on", word(background)] }
    let attributes: [(Style.Attributes, String)] = [
      (.bold, "bold"), (.dim, "dim"), (.reverse, "reverse"), (.underline, "underline"),
    ]
    return (words + attributes.filter { style.attributes.contains($0.0) }.map(\.1)).joined(separator: " ")
  }

  private static func word(_ color: ReducedColor) -> String {
    switch color {
    case .terminal: "-"
    case .palette(let index): "\(index)"
    case .rgb(let red, let green, let blue):
      "#" + [red, green, blue].map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
  }
}

extension String {
  fileprivate func padded(to width: Int) -> String {
    self + String(repeating: " ", count: max(0, width - count))
  }
}

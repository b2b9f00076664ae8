extension Text {
  /// How ASCII spells a printable scalar; `?` if it has no spelling.
  static func spelling(of scalar: Unicode.Scalar) -> String {
    if scalar.isASCII { return String(scalar) }
    return spellings[scalar] ?? "?"
  }

  private static let spellings: [Unicode.Scalar: String] = {
    var table: [Unicode.Scalar: String] = [
      "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "eps", "θ": "theta", "λ": "lambda",
      "μ": "mu", "µ": "mu", "ν": "nu", "π": "pi", "ρ": "rho", "σ": "sigma", "φ": "phi", "Σ": "sum",
      "Δ": "delta", "ℓ": "l", "∞": "inf", "±": "+-", "−": "-", "–": "-", "—": "-", "×": "x", "·": ".",
      "≤": "<=", "≥": ">=", "≈": "~", "≠": "!=", "√": "sqrt", "∈": "in", "…": "..", "←": "<", "→": ">",
      "↑": "^", "↓": "v", "↵": "Enter", "⏎": "Enter", "⇧": "Shift", "▲": "^", "▼": "v", "▶": ">",
      "◀": "<", "▸": ">", "◂": "<", "▴": "^", "▾": "v", "●": "*", "•": "*", "○": "o", "✓": "+", "✗": "x",
      "’": "'", "‘": "'", "“": "\"", "”": "\"", "«": "<<", "»": ">>", "°": "deg", "²": "2", "³": "3",
      "½": "1/2", "ß": "ss", "æ": "ae", "Æ": "AE", "ø": "o", "Ø": "O", "─": "-", "━": "-", "┄": "-",
      "┈": "-", "│": "|", "┃": "|", "┊": "|", "┆": "|", "╌": "-", "█": "#", "▀": "\"", "▄": "_",
    ]
    let accented: [(plain: String, forms: String)] = [
      ("A", "ÀÁÂÃÄÅĀĂĄ"), ("C", "ÇĆČ"), ("E", "ÈÉÊËĒĘĚ"), ("I", "ÌÍÎÏĪ"), ("N", "ÑŃŇ"), ("O", "ÒÓÔÕÖŌŐ"),
      ("U", "ÙÚÛÜŪŮŰ"), ("Y", "Ý"), ("S", "ŚŠ"), ("Z", "ŹŻŽ"), ("L", "Ł"), ("a", "àáâãäåāăą"),
      ("c", "çćč"), ("e", "èéêëēęě"), ("i", "ìíîïī"), ("n", "ñńň"), ("o", "òóôõöōő"), ("u", "ùúûüūůű"),
      ("y", "ýÿ"), ("s", "śš"), ("z", "źżž"), ("l", "ł"), ("+", "╭╮╰╯┌┐└┘┼┬┴├┤"),
    ]
    for (plain, forms) in accented {
      for form in forms.unicodeScalars { table[form] = plain }
    }
    return table
  }()
}

import CText

/// A character as it is drawn, with the marks over it.
struct Glyph {
  var scalar: Unicode.Scalar
  /// 1 or 2.
  var columns = 1
  var marks = Marks()
}

extension Text {
  /// What a scalar is on the screen.
  enum Form: Equatable {
    /// It takes no column and is dropped.
    case nothing
    /// It combines with the character before it.
    case mark
    /// A character of 1 or 2 columns.
    case character(Unicode.Scalar, columns: Int)
  }

  /// Tabs and line breaks become a space. Control characters, bidirectional overrides and other invisible
  /// characters are dropped, the joiners and modifiers of emoji among them: terminals disagree about how wide their
  /// compositions are. Private-use and unassigned scalars become `substitute`. Everything else is as wide as the C
  /// library says, on whose table terminals agree best.
  static func form(of scalar: Unicode.Scalar) -> Form {
    switch scalar.value {
    case 0x20...0x7E, 0x2500...0x25FC, 0x2800...0x28FF: return .character(scalar, columns: 1)
    case 0x09...0x0D, 0x85, 0x2028, 0x2029: return .character(" ", columns: 1)
    case 0...0x9F, 0x1F3FB...0x1F3FF: return .nothing
    default: break
    }
    let properties = scalar.properties
    if properties.isDefaultIgnorableCodePoint { return .nothing }
    switch properties.generalCategory {
    case .control, .format: return .nothing
    case .nonspacingMark, .enclosingMark: return .mark
    case .surrogate, .privateUse, .unassigned: return .character(substitute, columns: 1)
    case .spaceSeparator where scalar.value != 0x3000: return .character(" ", columns: 1)
    default: break
    }
    return switch ctext_columns(scalar.value) {
    case 0: .mark
    case 1: .character(scalar, columns: 1)
    case 2: .character(scalar, columns: 2)
    default: .character(substitute, columns: 1)
    }
  }

  /// Calls `body` with every character that is drawn, spelled in the alphabet, as long as it returns true. A mark
  /// without a character before it is dropped.
  static func forEachGlyph(of text: some StringProtocol, glyphs: GlyphSet, _ body: (Glyph) -> Bool) {
    var waiting: Glyph?
    for scalar in text.unicodeScalars {
      switch form(of: scalar) {
      case .nothing: break
      case .mark: waiting?.marks.add(scalar)
      case .character(let shown, let columns):
        if let waiting, !body(waiting) { return }
        waiting = nil
        if glyphs == .ascii && !shown.isASCII {
          for letter in spelling(of: shown).unicodeScalars where !body(Glyph(scalar: letter)) { return }
        } else {
          waiting = Glyph(scalar: shown, columns: columns)
        }
      }
    }
    if let waiting { _ = body(waiting) }
  }
}

import CTerminal
import Canvas

extension Key {
  /// One 7-bit byte that is not an escape.
  init(ascii byte: UInt8) {
    switch byte {
    case 0x08, 0x7F: self = .backspace
    case 0x09: self = .tab
    case 0x0A, 0x0D: self = .enter
    case 0x00: self = .control(" ")
    case 0x01...0x1A: self = .control(Character(Unicode.Scalar(byte + 0x60)))
    case 0x1B...0x1F: self = .control(Character(Unicode.Scalar(byte + 0x40)))
    default: self = .character(Character(Unicode.Scalar(byte)))
    }
  }

  /// What curses recognized.
  init?(_ code: ct_key) {
    if code.rawValue >= CT_KEY_FUNCTION.rawValue {
      self = .function(Int(code.rawValue - CT_KEY_FUNCTION.rawValue))
      return
    }
    guard let key = Self.byCode[code.rawValue] else { return nil }
    self = key
  }

  private static let byCode: [UInt32: Key] = [
    CT_KEY_UP.rawValue: .up, CT_KEY_DOWN.rawValue: .down, CT_KEY_LEFT.rawValue: .left,
    CT_KEY_RIGHT.rawValue: .right, CT_KEY_SHIFT_LEFT.rawValue: .shiftLeft,
    CT_KEY_SHIFT_RIGHT.rawValue: .shiftRight, CT_KEY_HOME.rawValue: .home, CT_KEY_END.rawValue: .end,
    CT_KEY_PAGE_UP.rawValue: .pageUp, CT_KEY_PAGE_DOWN.rawValue: .pageDown, CT_KEY_ENTER.rawValue: .enter,
    CT_KEY_BACK_TAB.rawValue: .backTab, CT_KEY_BACKSPACE.rawValue: .backspace,
    CT_KEY_INSERT.rawValue: .insert, CT_KEY_DELETE.rawValue: .delete,
  ]

  /// ESC O and a letter: cursor and function keys, and the keypad in application mode.
  init?(singleShift final: UInt8) {
    switch Unicode.Scalar(final) {
    case "M": self = .enter
    case "P", "Q", "R", "S": self = .function(Int(final - UInt8(ascii: "P")) + 1)
    case "j"..."y": self = .character(Character(Unicode.Scalar(final - 0x40)))  // * + , - . / and digits
    case "X": self = .character("=")
    default:
      guard let key = Self.byLetter[final] else { return nil }
      self = key
    }
  }

  /// ESC [ parameters final, as xterm, rxvt and the Linux console send them.
  init?(parameters: [UInt8], final: UInt8) {
    let numbers = parameters.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false)
      .map { Int(String(decoding: $0, as: UTF8.self)) ?? -1 }
    let modifiers = numbers.count > 1 ? numbers[1] : 1
    guard numbers.count <= 2, modifiers == 1 || modifiers == 2 else { return nil }
    if final == UInt8(ascii: "~"), let number = numbers.first, let key = Self.byNumber[number] {
      self = key
      return
    }
    guard parameters.isEmpty || numbers.first == 1, let key = Self.byLetter[final] else { return nil }
    switch key {
    case .left where modifiers == 2: self = .shiftLeft
    case .right where modifiers == 2: self = .shiftRight
    default: self = key
    }
  }

  private static let byLetter: [UInt8: Key] = [
    UInt8(ascii: "A"): .up, UInt8(ascii: "B"): .down, UInt8(ascii: "C"): .right, UInt8(ascii: "D"): .left,
    UInt8(ascii: "H"): .home, UInt8(ascii: "F"): .end, UInt8(ascii: "Z"): .backTab,
    UInt8(ascii: "c"): .shiftRight, UInt8(ascii: "d"): .shiftLeft,
  ]

  private static let byNumber: [Int: Key] = [
    1: .home, 2: .insert, 3: .delete, 4: .end, 5: .pageUp, 6: .pageDown, 7: .home, 8: .end,
    11: .function(1), 12: .function(2), 13: .function(3), 14: .function(4), 15: .function(5),
    17: .function(6),
    18: .function(7), 19: .function(8), 20: .function(9), 21: .function(10), 23: .function(11),
    24: .function(12),
  ]
}

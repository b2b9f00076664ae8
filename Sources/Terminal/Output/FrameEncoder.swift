import Canvas

/// Writes frames as bytes for one terminal.
///
/// Curses owns the session (modes, keys, terminfo, leaving) but does not draw. It cannot name a true color
/// without a "-direct" terminfo entry, which most machines lack; its pairs run out; and its refresh blocks on a slow
/// line, so that keys would wait for output. Comparing two frames is all that is left of drawing: it gives
/// exact colors on every level, nothing but changed cells, and whole frames that can be dropped.
package struct FrameEncoder {
  package var capabilities: Capabilities
  package var level: ColorLevel
  package var supportsUnicode: Bool

  package init(capabilities: Capabilities, level: ColorLevel, supportsUnicode: Bool) {
    self.capabilities = capabilities
    self.level = level
    self.supportsUnicode = supportsUnicode
  }

  /// What turns a screen that shows `old` (`nil`: anything) into one that shows `new`; nothing if they look alike.
  package func bytes(from old: Frame?, to new: Frame) -> [UInt8] {
    var output = Output(encoder: self)
    var shown = Frame(width: new.width, height: new.height)
    if let old, old.bounds == new.bounds {
      shown = old
    } else {
      output.bytes += capabilities.plain + capabilities.clear
    }
    for y in 0..<new.height {
      for x in 0..<new.width where new[x, y] != shown[x, y] && !isForbidden(x, y, in: new) {
        // A wide character's second column comes with its first.
        if new[x, y].isContinuation { continue }
        output.moveTo(x, y, in: new)
        output.put(new[x, y], columns: columns(x, y, in: new))
      }
    }
    guard !output.bytes.isEmpty else { return [] }
    if output.style != .plain { output.bytes += capabilities.plain }
    guard capabilities.isModern else { return output.bytes }
    // Terminals that know this mode show the frame at once; the others ignore it.
    return Array("\u{1B}[?2026h".utf8) + output.bytes + Array("\u{1B}[?2026l".utf8)
  }

  private func isForbidden(_ x: Int, _ y: Int, in frame: Frame) -> Bool {
    capabilities.scrollsAtLastCell && y == frame.height - 1
      && x + columns(x, y, in: frame) >= frame.width
  }
}

/// The columns of the character at a position.
private func columns(_ x: Int, _ y: Int, in frame: Frame) -> Int {
  x + 1 < frame.width && frame[x + 1, y].isContinuation ? 2 : 1
}

/// The bytes so far, and the state that they leave the terminal in.
private struct Output {
  let encoder: FrameEncoder
  var bytes: [UInt8] = []
  /// The style in force: plain at a frame's start, since every frame ends so.
  var style = Style.plain
  /// Where the next character goes; `nil`: unknown.
  var cursor: (x: Int, y: Int)?

  init(encoder: FrameEncoder) { self.encoder = encoder }

  /// Over a few cells that look like the current style, writing them again is shorter than moving.
  mutating func moveTo(_ x: Int, _ y: Int, in frame: Frame) {
    if let cursor, cursor.y == y, cursor.x <= x, x - cursor.x <= 4,
      (cursor.x..<x).allSatisfy({ frame[$0, y].style == style })
    {
      for skipped in cursor.x..<x where !frame[skipped, y].isContinuation {
        put(frame[skipped, y], columns: columns(skipped, y, in: frame))
      }
      return
    }
    bytes += encoder.capabilities.moveCursor(x, y)
    cursor = (x, y)
    frameWidth = frame.width
  }

  private var frameWidth = 0

  mutating func put(_ cell: Cell, columns: Int) {
    if cell.style != style { change(to: cell.style) }
    append(cell, columns: columns)
    guard let (x, y) = cursor else { return }
    // Past the last column terminals disagree on where the cursor is.
    cursor = x + columns < frameWidth ? (x + columns, y) : nil
  }

  private mutating func append(_ cell: Cell, columns: Int) {
    if !cell.scalar.isASCII && !encoder.supportsUnicode {
      for _ in 0..<columns { bytes.append(UInt8(ascii: "?")) }
    } else {
      bytes.append(contentsOf: UTF8.encode(cell.scalar).unsafelyUnwrapped)
      if cell.marks != Marks() && encoder.supportsUnicode {
        for mark in cell.marks.scalars { bytes.append(contentsOf: UTF8.encode(mark).unsafelyUnwrapped) }
      }
    }
  }

  private mutating func change(to new: Style) {
    let (level, capabilities) = (encoder.level, encoder.capabilities)
    let foreground = new.foreground.reduced(to: level)
    let background = new.background.reduced(to: level)
    var old = (style.foreground.reduced(to: level), style.background.reduced(to: level))
    // Attributes cannot be taken back one by one on every terminal, nor can colors.
    let mustReset =
      new.attributes != style.attributes || (foreground == .terminal && old.0 != .terminal)
      || (background == .terminal && old.1 != .terminal)
    if mustReset {
      bytes += capabilities.plain
      if new.attributes.contains(.bold) { bytes += capabilities.bold }
      if new.attributes.contains(.dim) { bytes += capabilities.dim }
      if new.attributes.contains(.reverse) { bytes += capabilities.reverse }
      if new.attributes.contains(.underline) { bytes += capabilities.underline }
      old = (.terminal, .terminal)
    }
    if foreground != old.0 { set(foreground, base: 38, capabilities.foreground) }
    if background != old.1 { set(background, base: 48, capabilities.background) }
    style = new
  }

  private mutating func set(_ color: ReducedColor, base: Int, _ capability: (Int) -> [UInt8]) {
    switch color {
    case .terminal: break
    case .rgb(let red, let green, let blue): bytes += Array("\u{1B}[\(base);2;\(red);\(green);\(blue)m".utf8)
    case .palette(let index):
      let colors = encoder.capabilities.colors
      // The entry may promise less than the user asked for; then this is what all terminals agree on.
      if colors <= 256, colors > Int(index) {
        bytes += capability(Int(index))
      } else if index < 16 {
        bytes +=
          (8...256).contains(colors)
          ? capability(Int(index) % 8) : Array("\u{1B}[\(base - 8 + Int(index) % 8)m".utf8)
      } else {
        bytes += Array("\u{1B}[\(base);5;\(index)m".utf8)
      }
    }
  }
}

import LinearAlgebra

/// What a restless user does: anything but quit.
struct Player {
  enum Input {
    case text(String)
    case size(columns: Int, rows: Int)
  }

  private var random: RandomStream
  /// A key that may have the program ask whether to quit was typed since it was last seen that it does not.
  private var mayBeAsked = false
  /// Enter for what was just typed into the palette.
  private var mustRun = false
  private var (columns, rows) = (120, 36)
  private var log: [String] = []

  init(seed: UInt64) { random = RandomStream(seed: seed, purpose: "soak") }

  /// The last few, as they were sent.
  var recent: String { log.suffix(12).map(\.debugDescription).joined(separator: " ") }

  /// - Parameter asksToQuit: Whether the program, with all that was typed taken in, asks whether to quit. What would
  ///   answer that is not typed then: keys cannot be counted instead, because the program discards an unknown number
  ///   of those that were typed ahead of a question.
  mutating func next(_ asksToQuit: () throws -> Bool) rethrows -> Input {
    let input = try choose(asksToQuit)
    switch input {
    case .text(let text): log.append(text)
    case .size(let columns, let rows): log.append("\(columns)×\(rows)")
    }
    if log.count > 100 { log.removeFirst(50) }
    return input
  }

  private mutating func choose(_ asksToQuit: () throws -> Bool) rethrows -> Input {
    if mustRun {
      mustRun = false
      return try answer("\r", asksToQuit)
    }
    switch random.below(100) {
    case 0..<38: return letters(1)
    case 38..<44: return letters(2 + random.below(8))
    case 44..<66: return .text(Self.sequences[random.below(Self.sequences.count)])
    case 66..<76: return try answer("\r", asksToQuit)
    case 76..<79:
      mayBeAsked = true
      return .text("q")
    case 79: return try answer("\u{3}", asksToQuit)
    case 80..<88: return .text(mouse())
    case 88..<90: return .text(paste())
    case 90..<96: return palette()
    default: return size()
    }
  }

  /// A key that quits if that is what the program asks; a letter in its place then. Otherwise it may open that
  /// question: Enter does, in the palette.
  private mutating func answer(_ key: String, _ asksToQuit: () throws -> Bool) rethrows -> Input {
    if mayBeAsked { mayBeAsked = try asksToQuit() }
    if mayBeAsked { return letters(1) }
    mayBeAsked = true
    return .text(key)
  }

  /// Keys that do most of what there is to do; a picture of the screen now and then.
  private mutating func letters(_ count: Int) -> Input {
    let letters = random.below(1_000) == 0 ? ["x"] : Self.letters
    return .text((0..<count).map { _ in letters[random.below(letters.count)] }.joined())
  }

  private static let letters = "tttTcccuuuuUUwbbjvlmzzMeoiII<>>--++=.  0123456789?:/%é漢".map(String.init)

  /// Arrows and their like; and keys that mean nothing.
  private static let sequences =
    ["A", "B", "C", "D", "1;2C", "1;2D", "H", "F", "5~", "6~", "Z", "3~", "2~", "15~", "99~", "1;5A"]
    .map { "\u{1B}[\($0)" } + ["\t", "\u{7F}", "\u{8}", "\u{1B}", "\u{1B}", "\u{1B}b", "\u{14}", "\u{15}"]
    + Array(repeating: "\u{1B}[D", count: 6) + Array(repeating: "\u{1B}[1;2D", count: 3)

  /// A click, a drag, a turn of the wheel, on the screen or beyond.
  private mutating func mouse() -> String {
    let place = { (random: inout RandomStream, extent: Int) in
      1 + (random.below(20) == 0 ? 9_000 : random.below(extent))
    }
    func report(_ button: Int, _ end: String = "M") -> String {
      "\u{1B}[<\(button);\(place(&random, columns));\(place(&random, rows))\(end)"
    }
    switch random.below(4) {
    case 0: return report(0) + report(0, "m")
    case 1: return report(0) + (0..<5).map { _ in report(32) }.joined() + report(0, "m")
    case 2: return report(64)
    default: return report(65)
    }
  }

  /// Nothing that could quit, should it be taken for keys.
  private mutating func paste() -> String {
    let words = ["abc", "\n", " ", "t", "\u{1B}[2J", "0.5", "\t", "é"]
    let text = (0..<1 + random.below(300)).map { _ in words[random.below(words.count)] }.joined()
    return "\u{1B}[200~\(text)\u{1B}[201~"
  }

  /// A command with a value, in the palette or wherever the keys happen to go.
  private mutating func palette() -> Input {
    mustRun = true
    return .text(":" + Self.lines[random.below(Self.lines.count)])
  }

  private static let lines = [
    "truncate 70%", "truncate-all 90%", "cut 50%", "cut 3", "pace unlimited", "pace unlimited", "pace 5000",
    "theme light", "theme dark", "theme monochrome", "learning-rate 0.01", "learning-rate 0.01",
    "learning-rate 0.002", "compress 20", "compress-until 1", "budget-parameters 200", "budget-accuracy 90",
    "budget-tolerance 2%", "layer 1", "layer 9", "undo", "undo", "redo", "zoom", "nothing 漢字",
  ]

  /// Mostly one at which there is much to see.
  private mutating func size() -> Input {
    (columns, rows) =
      random.below(3) == 0
      ? (1 + random.below(220), 1 + random.below(70)) : (80 + random.below(80), 24 + random.below(30))
    return .size(columns: columns, rows: rows)
  }
}

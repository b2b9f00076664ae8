import LinearAlgebra

/// What a restless user does: anything but quit.
struct Player {
  enum Input {
    /// To be typed at once.
    case text(String)
    /// The same, but what it leads to must be on screen before anything else is typed.
    case decision(String)
    case size(columns: Int, rows: Int)
  }

  private var random: RandomStream
  /// A question whether to quit may be open, which Enter would answer, until so many letters have come: only a letter
  /// surely cancels it, and one that came before the question would be discarded.
  private var caution = 0
  private var mayBeQuitting: Bool { caution > 0 }
  /// Enter for what was just typed into the palette.
  private var mustRun = false
  private var (columns, rows) = (120, 36)
  private var log: [String] = []

  init(seed: UInt64) { random = RandomStream(seed: seed, purpose: "soak") }

  /// The last few, as they were sent.
  var recent: String { log.suffix(12).map(\.debugDescription).joined(separator: " ") }

  mutating func next() -> Input {
    let input = choose()
    switch input {
    case .text(let text), .decision(let text): log.append(text)
    case .size(let columns, let rows): log.append("\(columns)×\(rows)")
    }
    if log.count > 100 { log.removeFirst(50) }
    return input
  }

  private mutating func choose() -> Input {
    if mustRun {
      mustRun = false
      return confirm("\r")
    }
    switch random.below(100) {
    case 0..<38: return letters(1)
    case 38..<44: return letters(2 + random.below(8))
    case 44..<66: return .text(Self.sequences[random.below(Self.sequences.count)])
    case 66..<76: return mayBeQuitting ? letters(1) : confirm("\r")
    case 76..<79: return confirm("q")
    case 79: return mayBeQuitting ? letters(1) : confirm("\u{3}")
    case 80..<88: return .text(mouse())
    case 88..<90: return .text(paste())
    case 90..<96: return palette()
    default: return size()
    }
  }

  /// What may open a question, or answer it.
  private mutating func confirm(_ key: String) -> Input {
    caution = 2
    return .decision(key)
  }

  /// Keys that do most of what there is to do; a picture of the screen now and then.
  private mutating func letters(_ count: Int) -> Input {
    caution = max(0, caution - 1)
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
    mustRun = !mayBeQuitting
    caution = max(0, caution - 1)
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

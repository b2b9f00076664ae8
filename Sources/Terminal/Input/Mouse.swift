/// What the mouse did over a cell.
public struct Mouse: Equatable, Hashable, Sendable {
  /// What terminals report of the left button and the wheel; the other buttons stay the terminal's.
  public enum Kind: Sendable {
    case press
    /// Moved to another cell with the button held.
    case drag
    case release
    case wheelUp, wheelDown
  }

  public var kind: Kind
  /// From 0 at the left; it may lie beyond a window that has just shrunk.
  public var x: Int
  /// From 0 at the top.
  public var y: Int

  /// Something that happened at a cell.
  public init(_ kind: Kind, x: Int, y: Int) {
    self.kind = kind
    self.x = x
    self.y = y
  }

  /// Of a report in SGR form, `ESC [ < button ; column ; row M`, what stands between `<` and the final letter;
  /// `nil` if it means nothing here. Cells count from 1, and `m` is a release.
  init?(report: some Collection<UInt8>, isRelease: Bool) {
    let fields = report.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false)
    // No sign, no blank, and short: what Int would also take.
    let numbers = fields.compactMap { field in
      field.count <= 5 && field.allSatisfy { (0x30...0x39).contains($0) }
        ? Int(String(decoding: field, as: UTF8.self)) : nil
    }
    guard fields.count == 3, numbers.count == 3, numbers[1] > 0, numbers[2] > 0 else { return nil }
    // Shift, alt and control make no difference.
    switch (numbers[0] & ~0b1_1100, isRelease) {
    case (0, false): kind = .press
    case (0, true): kind = .release
    case (32, false): kind = .drag
    case (64, false): kind = .wheelUp
    case (65, false): kind = .wheelDown
    default: return nil
    }
    (x, y) = (numbers[1] - 1, numbers[2] - 1)
  }
}

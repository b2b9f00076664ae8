import Canvas

extension MouseEvent {
  /// The event that a report in SGR form tells, `ESC [ < button ; column ; row M`; `nil` if it means nothing here.
  /// Cells count from 1, and `m` is a release.
  ///
  /// - Parameter report: what stands between `<` and the final letter.
  init?(report: some Collection<UInt8>, isRelease: Bool) {
    let fields = report.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false)
    // No sign, no blank, and short: what Int would also take.
    let numbers = fields.compactMap { field in
      field.count <= 5 && field.allSatisfy { (0x30...0x39).contains($0) }
        ? Int(String(decoding: field, as: UTF8.self)) : nil
    }
    guard fields.count == 3, numbers.count == 3, numbers[1] > 0, numbers[2] > 0 else { return nil }
    // Shift, alt and control make no difference.
    let kind: Kind
    switch (numbers[0] & ~0b1_1100, isRelease) {
    case (0, false): kind = .press
    case (0, true): kind = .release
    case (32, false): kind = .drag
    case (64, false): kind = .wheelUp
    case (65, false): kind = .wheelDown
    default: return nil
    }
    self.init(kind, x: numbers[1] - 1, y: numbers[2] - 1)
  }
}

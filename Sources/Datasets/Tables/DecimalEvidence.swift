/// What the columns of a table whose numbers can be read in one way only say of the marks in the others.
struct DecimalEvidence {
  /// A column has decimal commas.
  private(set) var hasComma = false
  /// A column has decimal points.
  private(set) var hasPoint = false
  /// A column has blanks or apostrophes between thousands.
  private(set) var hasOtherThousands = false

  /// At most so many texts of a column are looked at.
  private static let sampledTexts = 1000

  init() {}

  init(_ columns: [RawColumn], _ missing: MissingTokens) {
    for column in columns { add(column, missing) }
  }

  private mutating func add(_ column: RawColumn, _ missing: MissingTokens) {
    var (forms, seen, areNumbers) = (column.forms, 0, true)
    var fits = [Bool](repeating: true, count: NumberFormat.allCases.count)
    column.forEachText { text, uses, _ in
      guard areNumbers, seen < Self.sampledTexts, !missing.hasNumber(text) else { return }
      seen += 1
      if plainNumber(text) != nil { return forms.count(PointForm(text), uses) }
      guard let printed = PrintedNumber(text) else {
        areNumbers = false
        return
      }
      for (index, format) in NumberFormat.allCases.enumerated() where fits[index] {
        fits[index] = format.value(printed) != nil
      }
    }
    guard areNumbers else { return }
    let fitting = NumberFormat.allCases.indices.filter { fits[$0] }.map { NumberFormat.allCases[$0] }.filter {
      $0.decimal == .point || forms.fractions == 0 && (forms.groups == 0 || $0 == .pointComma)
    }
    let (points, commas) = (fitting.count { $0.decimal == .point }, fitting.count { $0.decimal == .comma })
    hasComma = hasComma || points == 0 && commas > 0
    hasPoint = hasPoint || commas == 0 && points > 0
    hasOtherThousands = hasOtherThousands || !fitting.isEmpty && fitting.allSatisfy(\.hasOtherThousands)
  }
}

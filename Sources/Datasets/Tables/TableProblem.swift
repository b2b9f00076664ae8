import PlainText

/// What can be wrong with the lines and columns of a table.
public enum TableProblem: Equatable, Sendable {
  case lineTooLong(limit: Int)
  case cellTooLong(limit: Int)
  case tooManyColumns(limit: Int)
  case unclosedQuote
  case textAfterQuote
  case ragged(expected: Int, found: Int)
  case headerOnly
  case oneColumn
  case notANumber(text: String, others: Int)
  case notFinite(text: String)
  case decimalComma(text: String)
  case emptyColumn
  case constantColumn(value: String)
  /// No column is left to predict from; the others, each with its reason.
  case noFeatures(leftOut: [String])
  /// No column is left but one of texts.
  case textsAlone(column: String)
  case unknownColumn(String, available: [String])
  case unknownTarget(String, available: [String])
  /// Two flags, or one and another, that cannot both be meant of the column.
  case contradiction(String, String)
  case tooManyClasses(limit: Int)
  case constantTarget(String)
  /// - Parameter spare: the columns that nothing is known of.
  case missingColumns([String], spare: [String])
  /// Columns are missing, and the header has a name less than there are cells.
  case missingNames([String], names: Int, cells: Int)
  /// The first row is taken as one of values, because it does not name the columns.
  case noKnownNames(text: String, expected: [String])
  case noDelimiter(String)
  case noQuote(String)
  case notUTF8
  case notADate(text: String)
  case ambiguousDate(text: String)
  case dateTarget(others: [String])
  case nameTarget(others: [String])
  case tooManyCategories(limit: Int)
  case columnCount(expected: Int, found: Int)
}

extension TableProblem: DataProblem {
  /// What is wrong, and what to do.
  var sentence: String {
    switch self {
    case .lineTooLong(let limit):
      "the row is longer than \(limit >> 20) MB; look for a quote that is not closed"
    case .cellTooLong(let limit): "the cell is longer than \(limit >> 10) KB; shorten it or remove the column"
    case .tooManyColumns(let limit): "there are more than \(limit) columns; remove some"
    case .unclosedQuote:
      "the row has a quoted cell that is never closed; add the closing quote, or give --quote none if quotation "
        + "marks are text"
    case .textAfterQuote:
      "text follows a closing quote; double the quotes inside a quoted cell, and end it at a delimiter, or give "
        + "--quote none if quotation marks are text"
    case .ragged(let expected, let found):
      "\(counted(found, "cell")) where the rows before it have \(expected); make all rows the same length, "
        + "or name what separates the cells with --delimiter"
    case .headerOnly: "there is a header but no rows; add rows"
    case .oneColumn:
      "there is only one column; separate columns by comma, semicolon, tab, bar or spaces, or name what "
        + "separates them with --delimiter"
    case .notANumber(let text, let others):
      "\(quoted(text)) is not a number\(Self.unlike(others)); correct the cell, or "
        + "give --missing with the text if it stands for a missing value, or --categorical with the column"
    case .notFinite(let text):
      "\(quoted(text)) is \(Double(text)?.isFinite == true ? "beyond 1e30, the largest number" : "not a finite number"); "
        + "correct the cell, or give --missing with the text if the value is missing"
    case .decimalComma(let text):
      "\(quoted(text)) seems to have a decimal comma; write numbers with a decimal point, or give --decimal "
        + "comma"
    case .emptyColumn: "the column has no values; remove it"
    case .constantColumn(let value):
      "every value of the column is \(quoted(value)), which teaches nothing; remove the column"
    case .noFeatures(let leftOut):
      "no column is left to predict from\(leftOut.isEmpty ? "" : " (\(listed(leftOut))\(leftOut.count > 10 ? ", …" : ""))"); "
        + "add a column of numbers or of few categories"
    case .textsAlone(let column):
      "no column of numbers or of few categories is left to predict from, but \(quoted(column)) holds texts; give --text "
        + "\(sanitized(column)) to classify them"
    case .unknownColumn(let name, let available):
      "there is no column \(quoted(name))\(suggestion(nearestTo: name, of: available, "columns"))"
    case .unknownTarget(let name, let available):
      "there is no column \(quoted(name)) to predict\(suggestion(nearestTo: name, of: available, "columns"))"
    case .contradiction(let first, let second):
      "\(first) and \(second) cannot both be meant of one column; name it with one of them"
    case .tooManyClasses(let limit):
      "the target has too many different texts to be classes (at most \(limit), each in several rows); "
        + "choose another column with --target"
    case .constantTarget(let value):
      "the target is \(quoted(value)) in every row; choose another target column"
    case .missingColumns(let names, let spare):
      "the \(Self.columns(names)) of the training data \(names.count == 1 ? "is" : "are") missing; add "
        + (names.count == 1 ? "it" : "them") + Self.renaming(names, spare)
    case .missingNames(let names, let count, let cells):
      "the header has \(counted(count, "name")) for \(counted(cells, "cell")), and the \(Self.columns(names)) of the training "
        + "data \(names.count == 1 ? "is" : "are") not among them; name all columns in it"
    case .noKnownNames(let text, let expected):
      "this line does not name the columns as the training data do, so it is taken as a row, in which "
        + "\(quoted(text)) is no value; name the columns \(listed(expected))\(expected.count > 10 ? ", …" : "")"
    case .noDelimiter(let text):
      "\(quoted(text)) cannot separate cells; --delimiter takes one character that is no letter or digit, tab, "
        + "or space"
    case .noQuote(let text): "\(quoted(text)) cannot quote cells; --quote takes one character, or none"
    case .notUTF8: "the cell is not UTF-8, though cells before it are; say what it is with --encoding"
    case .notADate(let text):
      "\(quoted(text)) is no date like the others; correct the cell, or give --missing with the text, "
        + "--date-format with their order, or --categorical with the column"
    case .ambiguousDate(let text):
      "\(quoted(text)), as all dates of the column, may have the day or the month first; say which with "
        + "--date-format day-first or month-first, or give --categorical or --ignore with the column"
    case .dateTarget(let others):
      "the column holds dates, which cannot be predicted; choose another one with --target"
        + Self.choice(others)
    case .nameTarget(let others):
      "the target is another text in almost every row, so it can be no class; choose another column with --target"
        + Self.choice(others)
    case .tooManyCategories(let limit):
      "the column has more than \(limit) different texts, too many to be categories; leave --categorical out"
    case .columnCount(let expected, let found):
      "\(counted(found, "cell")) in a row where the training data have \(expected); give the same columns, "
        + "or a header"
    }
  }

  private static func columns(_ names: [String]) -> String {
    names.count == 1
      ? "column \(quoted(names[0]))" : "columns \(listed(names))\(names.count > 10 ? ", …" : "")"
  }

  /// What else to do about missing columns, where others may be they under other names.
  private static func renaming(_ names: [String], _ spare: [String]) -> String {
    if spare.isEmpty { return "" }
    let others = "\(listed(spare))\(spare.count > 10 ? ", …" : "")"
    if names.count > 1 { return ", or rename those that are here under other names (\(others))" }
    guard let nearest = nearest(to: names[0], of: spare) else {
      return ", or rename it if it is here (\(others))"
    }
    return ", or rename \(quoted(nearest)) if that is it"
  }

  private static func unlike(_ others: Int) -> String {
    others == 0 ? "" : ", unlike the other \(others == 1 ? "value" : "\(others) values") of the column"
  }

  private static func choice(_ names: [String]) -> String {
    names.isEmpty ? "" : "; these can be predicted: \(listed(names))\(names.count > 10 ? ", …" : "")"
  }
}

extension DataError.Reason {
  /// A problem with a table.
  public static func table(_ problem: TableProblem) -> Self { Self(problem) }
}

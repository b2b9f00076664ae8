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
  case noFeatures
  case unknownColumn(String, available: [String])
  case unknownTarget(String, available: [String])
  case tooManyClasses(limit: Int)
  case constantTarget(String)
  case missingColumn(String, available: [String])
  case columnCount(expected: Int, found: Int)
}

extension TableProblem {
  /// What is wrong, and what to do.
  var sentence: String {
    switch self {
    case .lineTooLong(let limit):
      "the row is longer than \(limit >> 20) MB; look for a quote that is not closed"
    case .cellTooLong(let limit): "the cell is longer than \(limit >> 10) KB; shorten it or remove the column"
    case .tooManyColumns(let limit): "there are more than \(limit) columns; remove some"
    case .unclosedQuote: "the row has a quoted cell that is never closed; add the closing quote"
    case .textAfterQuote:
      "text follows a closing quote; double the quotes inside a quoted cell, and end it at a delimiter"
    case .ragged(let expected, let found):
      "\(counted(found, "cell")) where the first row has \(expected); make all rows the same length"
    case .headerOnly: "there is a header but no rows; add rows"
    case .oneColumn:
      "there is only one column; separate columns by comma, semicolon, tab, bar or spaces"
    case .notANumber(let text, let others):
      "\(quoted(text)) is not a number, unlike the other \(others) values of the column; correct the "
        + "cell, or empty it if the value is missing"
    case .notFinite(let text):
      "\(quoted(text)) is not a finite number; correct the cell, or empty it if the value is missing"
    case .decimalComma(let text):
      "\(quoted(text)) seems to have a decimal comma; write numbers with a decimal point"
    case .emptyColumn: "the column has no values; remove it"
    case .constantColumn(let value):
      "every value of the column is \(quoted(value)), which teaches nothing; remove the column"
    case .noFeatures: "no column is left to predict from; add a column of numbers or of few categories"
    case .unknownColumn(let name, let available):
      "there is no column \(quoted(name))\(suggestion(nearestTo: name, of: available, "columns"))"
    case .unknownTarget(let name, let available):
      "there is no column \(quoted(name)) to predict\(suggestion(nearestTo: name, of: available, "columns"))"
    case .tooManyClasses(let limit):
      "the target has too many different texts to be classes (at most \(limit), each in several rows); "
        + "choose another target column"
    case .constantTarget(let value):
      "the target is \(quoted(value)) in every row; choose another target column"
    case .missingColumn(let name, let available):
      "the column \(quoted(name)) of the training data is missing"
        + suggestion(nearestTo: name, of: available, "columns")
    case .columnCount(let expected, let found):
      "\(counted(found, "cell")) in a row where the training data have \(expected); give the same columns, "
        + "or a header"
    }
  }
}

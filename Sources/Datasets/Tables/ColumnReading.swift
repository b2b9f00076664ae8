import Experiment

/// What the cells of a column are.
enum ColumnReading: Equatable {
  /// `nil`: plain numbers.
  case numbers(NumberFormat?)
  case dates(DateOrder)
  /// Few different texts.
  case categories
  /// More different texts than can be categories.
  case manyTexts
  /// Nothing at all.
  case empty
}

/// What a user says of a column.
enum ColumnOverride {
  case number, category, date
}

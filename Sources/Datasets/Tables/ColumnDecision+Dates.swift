import Experiment
import PlainText

/// Columns of dates.
extension ColumnDecision {
  /// The order in which all cells are dates; `nil`: there is none.
  ///
  /// - Throws: if there are several, with different dates.
  func dateOrder(orders: [DateOrder]) throws(DataError) -> DateOrder? {
    let orders = options.dateOrder.map { [$0] } ?? orders
    if orders.count > 2, let order = unixOrder { return order }
    var possible = orders.filter { $0 != .unix && $0 != .unixMilliseconds || options.dateOrder != nil }
    guard column.isCoded || numbers == 0 || options.dateOrder != nil || orders.count == 5 else { return nil }
    var dates = 0
    column.forEachText { text, uses, row in
      if possible.isEmpty || missing.hasNumber(text) { return }
      let found = possible.map { DateText(text, $0) }
      dates += uses
      if found.allSatisfy({ $0 != nil }) { return }
      possible = zip(possible, found).compactMap { $1 == nil ? nil : $0 }
    }
    if !column.isCoded && numbers > 0 {
      // Numbers that are kept as such are dates only where dates are numbers.
      guard possible.allSatisfy({ $0 == .unix || $0 == .unixMilliseconds }) else {
        throw error(.table(.notADate(text: column.shortForm(column.values.first { !$0.isNaN } ?? 0))), nil)
      }
    }
    guard let first = possible.first, dates > 0 || numbers > 0 else { return nil }
    // Two digits of a year come first only where nothing else is possible.
    if possible.count == 2, first == .yearFirst { return possible[1] }
    guard possible.count > 1 else { return first }
    if let (text, row) = stillDiffering(possible.filter { $0 != .yearFirst }) {
      throw error(.table(.ambiguousDate(text: text)), (text, row))
    }
    // 01-01-24
    if first == .yearFirst, stillDiffering([first, possible[1]]) != nil { return possible[1] }
    return first
  }

  /// The first text that is another date in another order.
  func stillDiffering(_ orders: [DateOrder]) -> (String, Int32)? {
    var found: (String, Int32)?
    column.forEachText { text, _, row in
      guard found == nil, !missing.hasNumber(text), orders.count > 1 else { return }
      if DateText(text, orders[0]) != DateText(text, orders[1]) {
        found = (String(decoding: text, as: UTF8.self), row)
      }
    }
    return found
  }

  /// Numbers that a user calls dates count seconds or milliseconds since 1970, unless all of them have eight digits.
  var unixOrder: DateOrder? {
    guard texts == 0, numbers > 0, !areCompactDates else { return nil }
    var largest = column.values.reduce(0) { $1.isNaN ? $0 : max($0, abs($1)) }
    column.forEachText { text, _, _ in largest = max(largest, abs(plainNumber(text) ?? 0)) }
    return largest >= 1e11 ? .unixMilliseconds : largest >= 1e5 ? .unix : nil
  }
}

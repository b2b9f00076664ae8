extension CategoryCells {
  /// Cells of a column without rows.
  static let none = RawColumn(name: "").categoryCells([], .default)
}

extension RawColumn {
  /// The name of a class that is a number: integers, however long, without sign, zeros and fraction that say nothing.
  static func className(_ text: UnsafeBufferPointer<UInt8>) -> String {
    var text = String(decoding: text, as: UTF8.self)
    if let point = text.firstIndex(of: "."), text[point...].dropFirst().allSatisfy({ $0 == "0" }) {
      text = String(text[..<point])
    }
    let isNegative = text.hasPrefix("-")
    if isNegative || text.hasPrefix("+") { text.removeFirst() }
    guard !text.isEmpty, text.allSatisfy({ $0.isASCII && $0.isNumber }) else {
      let value = Array(text.utf8).withUnsafeBufferPointer { plainNumber($0) } ?? .nan
      let number = isNegative ? -value : value
      return number == number.rounded() && abs(number) < 1e15 ? "\(Int64(number))" : "\(number)"
    }
    let digits = String(text.drop { $0 == "0" })
    return digits.isEmpty ? "0" : (isNegative ? "-" : "") + digits
  }

  /// The cells as classes: by their text, or if all names are numbers by their number.
  func classCells(_ names: [String], _ missing: MissingTokens) -> CategoryCells {
    let areNumbers = names.allSatisfy { Array($0.utf8).withUnsafeBufferPointer { plainNumber($0) != nil } }
    return categoryCells(names, missing, Self.className, areNumbers: areNumbers)
  }
}

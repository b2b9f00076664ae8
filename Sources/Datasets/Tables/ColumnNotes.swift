import PlainText

/// What is said of the columns of a table; of many columns alike in one sentence.
struct ColumnNotes {
  /// What may be true of many columns.
  enum Group: Hashable {
    /// Numbers that are printed in a form; whether the same cells may mean other numbers.
    case printed(NumberFormat, isGuess: Bool)
    /// The column has one value in all rows.
    case constant
    /// Missing numbers.
    case missing
  }

  private struct Note {
    var text: String
    var group: Group?
    var column: String
    var detail: String
    var count: Int
  }

  /// Columns of a group that are named one by one.
  private static let maxAlike = 5
  private var notes: [Note] = []

  /// - Parameters:
  ///   - column: as users know it.
  ///   - detail: what the sentence about several says of the first.
  ///   - count: of cells.
  mutating func append(
    _ text: String, _ group: Group? = nil, column: String = "", detail: String = "", count: Int = 0
  ) {
    notes.append(Note(text: text, group: group, column: column, detail: detail, count: count))
  }

  mutating func removeAll(where isUnwanted: (String) -> Bool) { notes.removeAll { isUnwanted($0.text) } }

  /// The notes, in the order of the columns that they concern, or begin with.
  var texts: [String] {
    var members: [Group: [Note]] = [:]
    for note in notes { if let group = note.group { members[group, default: []].append(note) } }
    var said: Set<Group> = []
    return notes.compactMap { note in
      guard let group = note.group, let alike = members[group], alike.count > Self.maxAlike else {
        return note.text
      }
      return said.insert(group).inserted ? Self.sentence(group, alike) : nil
    }
  }

  private static func sentence(_ group: Group, _ notes: [Note]) -> String {
    let names = notes.prefix(3).map(\.column).joined(separator: ", ")
    let columns = "\(notes.count) columns (\(names), …)"
    switch group {
    case .printed: return "the cells of \(columns) \(notes[0].detail) (--categorical COLUMN: texts)"
    case .constant: return "\(columns) dropped: every value of each is the same"
    case .missing:
      let count = notes.reduce(0) { $0 + $1.count }
      return "\(counted(count, "missing value")) of \(columns) replaced by the means of the columns"
    }
  }
}

import Canvas

/// The screen before a run: the runs there are, one of them selected. `take` changes it and `frame` draws it; neither
/// reads a clock or a file.
public struct Home: Equatable, Sendable {
  public package(set) var width: Int
  public package(set) var height: Int
  var glyphs: GlyphSet
  var theme: Theme
  /// In the order in which they were found; `nil`: they are being read.
  package var entries: [RunEntry]?
  package var order = Order.age
  /// What names, data and states are searched for.
  package var filter = ""
  package var isFiltering = false
  /// The path of the selected run.
  package var selected: String?
  /// The paths of marked runs.
  package var marked: Set<String> = []
  package var mode = Mode.runs
  package var message: String?

  package enum Mode: Equatable, Sendable {
    case runs
    /// Whether this run is to be thrown away.
    case deleting(String)
    /// What to train on.
    case new(FileChoice)
    /// The settings that it is about to start with.
    case form(SettingsForm)
    /// Marked runs over each other.
    case comparing(ComparisonView)
  }

  /// What runs are sorted by.
  package enum Order: String, CaseIterable, Sendable {
    case age, name, state, metric, parameters
  }

  public enum Action: Equatable, Sendable {
    case key(Key)
    case resized(width: Int, height: Int)
    case runs([RunEntry])
    /// The entries of a folder, for the choice of a file.
    case files(folder: String, [FileChoice.Entry])
    /// The preview of a file arrived; it may say why the file cannot be read.
    case preview(FileChoice.Preview)
    case message(String)
    /// The runs whose comparison was asked for.
    case comparison(RunComparison)
  }

  public enum Effect: Equatable, Sendable {
    case quit
    /// The run of this folder is opened.
    case open(String)
    /// The dashboard of a run that trains elsewhere.
    case attach(String)
    /// What a run recorded is shown.
    case replay(String)
    /// Runs are compared, in the order given; answer with `Action.comparison`.
    case compare([String])
    /// A new run: of a task, an experiment, or data, with further arguments of the command line.
    case start(FileChoice.Subject, arguments: [String] = [])
    /// Moves a run's folder into the trash.
    case discard(String)
    /// Asks for the entries of a folder.
    case list(String)
    /// Asks for what is read of a file of data.
    case preview(String)
  }

  public init(width: Int, height: Int, glyphs: GlyphSet, theme: Theme, message: String? = nil) {
    (self.width, self.height) = (max(0, width), max(0, height))
    (self.glyphs, self.theme, self.message) = (glyphs, theme, message)
  }

  /// Shows the runs as a former screen did: in its order, under its filter, with its selection and marks.
  package mutating func keepView(of former: Home) {
    (entries, order, filter) = (former.entries, former.order, former.filter)
    (selected, marked) = (former.selected, former.marked)
  }

  /// Those that the filter leaves, in order.
  package var shown: [RunEntry] {
    let words = filter.lowercased().split(separator: " ")
    let found = (entries ?? []).filter { entry in
      let text = "\(entry.path) \(entry.data) \(entry.stateText)".lowercased()
      return words.allSatisfy { text.contains($0) }
    }
    return found.sorted { isBefore($0, $1) }
  }

  /// Live runs come first in every order.
  private func isBefore(_ left: RunEntry, _ right: RunEntry) -> Bool {
    if (left.condition == .live) != (right.condition == .live) { return left.condition == .live }
    switch order {
    case .age: return (left.age, left.path) < (right.age, right.path)
    case .name: return left.path < right.path
    case .state: return (left.condition.rawValue, left.path) < (right.condition.rawValue, right.path)
    case .parameters:
      return (left.parameters ?? .max, left.path) < (right.parameters ?? .max, right.path)
    case .metric:
      guard let mine = left.best else { return right.best == nil && left.path < right.path }
      guard let theirs = right.best else { return true }
      return mine == theirs ? left.path < right.path : mine.isBetter(than: theirs)
    }
  }

  /// The place of the selected run among those shown.
  package var selection: Int { shown.firstIndex { $0.path == selected } ?? 0 }
}

import CTerminal
import Canvas
import Glibc

/// What is known about the terminal without taking it over.
package struct TerminalFacts: Equatable, Sendable {
  /// What terminfo knows about `TERM`.
  package enum TypeStatus: Equatable, Sendable {
    case notSet
    case noDatabase
    case unknown
    /// Known, but unable to place the cursor.
    case unsuitable
    case usable
  }

  package var isInputTerminal = false
  package var isOutputTerminal = false
  /// In cells, if there is a terminal.
  package var width: Int?
  package var height: Int?
  package var typeStatus = TypeStatus.notSet
  /// That terminfo promises; −1: none stated.
  package var colors = -1
  package var reportsMouse = false
  /// The variable that decides, as in "LANG"; `nil`: none is set.
  package var localeVariable: String?
  /// Whether this machine has that locale.
  package var isLocaleInstalled = true
  package var isUTF8 = false

  package init() {}

  /// The facts about the standard descriptors and an environment. Not while a session is open.
  package init(environment: [String: String]) {
    isInputTerminal = isatty(STDIN_FILENO) == 1
    isOutputTerminal = isatty(STDOUT_FILENO) == 1
    for descriptor in [STDOUT_FILENO, STDIN_FILENO] where width == nil {
      var size: (width: Int32, height: Int32) = (0, 0)
      guard ct_window_size(descriptor, &size.width, &size.height) else { continue }
      (width, height) = (Int(size.width), Int(size.height))
    }
    if let type = environment["TERM"], !type.isEmpty { describe(type) }
    readLocale(environment)
  }

  /// The facts about the locale alone: while a session is open, too.
  package init(localeOf environment: [String: String]) { readLocale(environment) }

  /// The colors the dashboard would use.
  package func colorLevel(environment: [String: String]) -> ColorLevel {
    ColorLevel(choice: .auto, environment: environment, terminfoColors: colors)
  }

  private mutating func describe(_ type: String) {
    let facts = ct_describe_type(type, STDOUT_FILENO)
    colors = Int(facts.colors)
    reportsMouse = facts.has_mouse
    typeStatus =
      switch facts.status {
      case CT_TYPE_USABLE: .usable
      case CT_TYPE_UNKNOWN: .unknown
      case CT_TYPE_NO_DATABASE: .noDatabase
      default: .unsuitable
      }
  }

  /// The first of these that is not empty decides, as in every program.
  private mutating func readLocale(_ environment: [String: String]) {
    localeVariable = ["LC_ALL", "LC_CTYPE", "LANG"].first { environment[$0]?.isEmpty == false }
    guard let name = localeVariable.flatMap({ environment[$0] }) else { return }
    isLocaleInstalled = ct_locale_named_exists(name, &isUTF8)
  }
}

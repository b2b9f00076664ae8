import Canvas
import Foundation
import PlainText

/// The themes there are: the built-in ones and the user's own.
package struct ThemeCatalogue: Sendable {
  /// A theme and its file; the built-in ones have none.
  package struct Entry: Equatable, Sendable {
    package var theme: Theme
    package var file: String?
  }

  /// A user's file that is no theme.
  package struct Broken: Equatable, Sendable {
    /// The file's, without its ending.
    package var name: String
    package var error: ThemeError
  }

  /// In the order in which they are listed; names are unique.
  package private(set) var entries = Theme.builtIn.map { Entry(theme: $0) }
  package private(set) var broken: [Broken] = []
  /// Files with the name of another: a sentence each.
  private var notes: [String] = []
  /// The user's own are there.
  package let folder: String?

  /// - Parameter folder: The user's folder of themes, which need not exist.
  package init(folder: String?) {
    self.folder = folder
    guard let folder else { return }
    for file in Self.files(in: folder) {
      do throws(ThemeError) {
        add(try Theme(contentsOf: file), file: file)
      } catch {
        broken.append(Broken(name: Self.name(of: file), error: error))
      }
    }
  }

  /// A theme takes the place of a built-in one of its name, but not of another file.
  private mutating func add(_ theme: Theme, file: String) {
    guard let index = entries.firstIndex(where: { $0.theme.name == theme.name }) else {
      return entries.append(Entry(theme: theme, file: file))
    }
    if let first = entries[index].file {
      notes.append(
        "\(sanitized(file, limit: 300)): the theme “\(sanitized(theme.name))” is in "
          + "\(sanitized(first, limit: 300)) already; give one of the two another name")
    } else {
      entries[index] = Entry(theme: theme, file: file)
    }
  }

  package var themes: [Theme] { entries.map(\.theme) }

  /// What the files are called.
  package var names: [String: String] {
    var names: [String: String] = [:]
    for entry in entries { if let file = entry.file { names[file] = entry.theme.name } }
    return names
  }

  /// One sentence for everything wrong with the user's own.
  package var problems: [String] { broken.map { $0.error.description } + notes }

  /// The theme of a name; `nil` if there is none. A file of that name that is broken is no theme.
  package func theme(named name: String) throws(ThemeError) -> Theme? {
    if let broken = broken.first(where: { $0.name == name }) { throw broken.error }
    return entries.first { $0.theme.name == name }?.theme
  }

  /// Reads a theme that is given by its file. It takes the place of any other of its name.
  package mutating func read(file: String) throws(ThemeError) -> Theme {
    let theme = try Theme(contentsOf: file)
    let entry = Entry(theme: theme, file: file)
    guard let index = entries.firstIndex(where: { $0.theme.name == theme.name }) else {
      entries.append(entry)
      return theme
    }
    // Known by one path, so that a change of it is told once.
    let isSame = entries[index].file.map(Self.resolved) == Self.resolved(file)
    if !isSame { entries[index] = entry }
    return theme
  }

  // MARK: Files

  static func isTheme(_ name: String) -> Bool { name.hasSuffix(".toml") && !name.hasPrefix(".") }

  private static func resolved(_ file: String) -> String {
    URL(filePath: file).standardizedFileURL.resolvingSymlinksInPath().path
  }

  private static func name(of file: String) -> String {
    URL(filePath: file).deletingPathExtension().lastPathComponent
  }

  private static func files(in folder: String) -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.filter(isTheme).sorted().map { "\(folder)/\($0)" }.filter(isFile)
  }

  /// And no pipe, at which a reader would wait.
  static func isFile(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
  }
}

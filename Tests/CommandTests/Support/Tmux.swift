import Foundation
import Testing

/// A real terminal, played by the test: a tmux server of its own, with one shell in it.
final class Tmux {
  static let isInstalled = ["/usr/bin/tmux", "/usr/local/bin/tmux"].contains {
    FileManager.default.isExecutableFile(atPath: $0)
  }

  let scratch: Scratch
  private let socket: String
  private let server: Child

  /// The shell has `awn-tui` as `$AWN`, and the files of `Scratch` around it.
  init(width: Int, height: Int, environment: [String: String] = [:]) async throws {
    scratch = try Scratch()
    socket = "\(scratch.path)/socket"
    try scratch.file("tmux.conf", "set -g default-terminal screen-256color\nset -g status off\n")
    var variables = Program.environment
    variables["AWN"] = Program.path
    try scratch.file("shellrc", "PS1='shell$ '\n")
    variables["ENV"] = "\(scratch.path)/shellrc"
    variables.merge(environment) { $1 }
    // No daemon, so that it ends with the test.
    server = try Child(
      "/usr/bin/env", ["tmux", "-D", "-u", "-S", socket, "-f", "tmux.conf"], in: scratch.path,
      environment: variables, output: STDERR_FILENO, errors: STDERR_FILENO)
    try await eventually(in: scratch) { FileManager.default.fileExists(atPath: socket) }
    // The socket is there a moment before the server listens.
    while try await !isListening() {}
    try await tmux("new-session", "-d", "-x", "\(width)", "-y", "\(height)", "exec sh -i")
    // What the pane is written wakes those who wait for a screen.
    try await tmux("pipe-pane", "cat >>\(scratch.path)/output.log")
  }

  deinit {
    server.signal(SIGTERM)
    server.wait()
  }

  @discardableResult
  private func tmux(_ arguments: String...) async throws -> String { try await tmux(arguments) }

  @discardableResult
  private func tmux(_ arguments: [String]) async throws -> String {
    let ended = try await client(arguments)
    try #require(ended.status == 0, "\(ended.errors)")
    return ended.output
  }

  private func client(_ arguments: [String]) async throws -> Ended {
    try await Program.run(
      ["tmux", "-N", "-u", "-S", socket] + arguments, of: "/usr/bin/env", in: scratch)
  }

  private func isListening() async throws -> Bool {
    try await client(["show-options", "-s"]).status == 0
  }

  /// By tmux's names: `Left`, `S-Left`, `Enter`, or the character itself.
  func press(_ keys: String...) async throws {
    for key in keys { try await tmux("send-keys", key) }
  }

  /// What a terminal sends of its mouse: button, column and row as in `ESC [ < 0 ; 12 ; 5 M`.
  func mouse(_ reports: String...) async throws {
    for report in reports {
      let bytes = "\u{1B}[<\(report)".utf8.map { String($0, radix: 16) }
      try await tmux(["send-keys", "-H"] + bytes)
    }
  }

  /// Whether the program has asked for the mouse, and in which form: "1 1" or "0 0".
  func mouseModes() async throws -> String {
    try await tmux("display-message", "-p", "#{mouse_button_flag} #{mouse_sgr_flag}")
      .trimmingCharacters(in: .whitespacesAndNewlines)
  }

  /// A line for the shell.
  func enter(_ line: String) async throws {
    try await tmux("send-keys", "-l", line)
    try await press("Enter")
  }

  func resize(_ width: Int, _ height: Int) async throws {
    try await tmux("resize-window", "-x", "\(width)", "-y", "\(height)")
  }

  func close() { server.signal(SIGTERM) }

  /// What is on screen; with escape sequences for its colors if asked.
  func screen(styled: Bool = false) async throws -> String {
    try await styled ? tmux("capture-pane", "-p", "-e") : tmux("capture-pane", "-p")
  }

  /// Returns the screen as soon as it satisfies a condition, for which it is read after everything that is written to
  /// it.
  @discardableResult
  func screen(
    _ what: String, styled: Bool = false, sourceLocation: SourceLocation = #_sourceLocation,
    where condition: (String) -> Bool
  ) async throws -> String {
    var last = ""
    let isShown = try await eventually(in: scratch) {
      last = try await screen(styled: styled)
      return condition(last)
    }
    if isShown { return last }
    Issue.record("no \(what) on this screen:\n\(last)", sourceLocation: sourceLocation)
    throw NeverShown()
  }

  @discardableResult
  func screen(
    showing text: String, sourceLocation: SourceLocation = #_sourceLocation
  ) async throws -> String {
    try await screen(text, sourceLocation: sourceLocation) { $0.contains(text) }
  }

  struct NeverShown: Error {}
}

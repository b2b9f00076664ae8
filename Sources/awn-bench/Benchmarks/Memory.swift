import Foundation

/// The memory of processes that run.
enum Memory {
  /// Bytes: "VmRSS", resident now, or "VmHWM", the most that ever were.
  static func of(_ process: Int32, _ name: String) -> Double {
    let text = (try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)) ?? ""
    let entry = text.split(separator: "\n").first { $0.hasPrefix("\(name):") }
    return (entry?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Double($0) } ?? .nan)
      * 1024
  }

  /// The most that this process and a peer took up to now, rows and libraries and all.
  static func peaks(_ peer: Peer, _ name: String) -> [Figure] {
    [
      Figure("\(name): awn, peak resident", [of(getpid(), "VmHWM") / 1e6], "MB"),
      Figure("\(name): PyTorch, peak resident", [of(peer.identifier, "VmHWM") / 1e6], "MB"),
    ]
  }
}

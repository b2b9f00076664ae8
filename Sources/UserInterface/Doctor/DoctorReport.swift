import Canvas
import Foundation
import Terminal

/// What the doctor has to say about facts. Knows nothing of where they come from.
package struct DoctorReport {
  /// One thing that was looked at.
  package struct Finding: Equatable {
    package var name: String
    package var what: String
    /// What to do about it; `nil`: it is as it should be.
    package var advice: String?

    package init(_ name: String, _ what: String, _ advice: String? = nil) {
      self.name = name
      self.what = what
      self.advice = advice
    }
  }

  package let facts: DoctorFacts

  package init(_ facts: DoctorFacts) { self.facts = facts }

  /// In groups, each with its heading.
  package var groups: [(heading: String, findings: [Finding])] {
    [("terminal", terminal), ("machine", machine), ("your files", files)]
  }

  /// Aligned rows. Words say what is well, not colors; in ASCII where the locale has nothing else.
  package var text: String {
    let findings = groups.flatMap(\.findings)
    let width = (findings.map(\.name.count).max() ?? 0) + 2
    var lines = [facts.version]
    for (heading, findings) in groups {
      lines += ["", heading]
      for finding in findings {
        let word = finding.advice == nil ? "ok" : "note"
        lines.append("  " + finding.name.padding(to: width) + word.padding(to: 6) + finding.what)
        if let advice = finding.advice {
          lines.append(String(repeating: " ", count: width + 2) + "→ ".padding(to: 6) + advice)
        }
      }
    }
    let notes = findings.count { $0.advice != nil }
    lines += ["", notes == 0 ? "Nothing could be better." : "\(notes) \(notes == 1 ? "note" : "notes")."]
    return lines.map { spelled($0) + "\n" }.joined()
  }

  /// Also without anything that could steer the terminal: much of it comes from the environment.
  private func spelled(_ line: String) -> String {
    Text.fit(line, width: 2000, glyphs: facts.terminal.isUTF8 ? .braille : .ascii)
  }

  package func variable(_ name: String) -> String? {
    facts.environment[name].flatMap { $0.isEmpty ? nil : String($0.prefix(80)) }
  }
}

import Foundation
import Peers
import Testing

/// The scikit-learn estimators of examples/python, which drive the program itself.
@Suite(.timeLimit(.minutes(15))) struct EstimatorTests {
  @Test(.enabled(if: Peer.isThere, Comment(rawValue: Peer.absence)))
  func scikitLearnIsContent() throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    let result = try Peer.run(
      "check_estimators.py", Program.path, root.appending(path: "examples/python").path)
    #expect(result.isContent, "\(result.output)")
  }
}

import Canvas
import Terminal

/// What the run loop needs of a terminal; tests have one of their own.
package protocol Screen: AnyObject {
  var size: (width: Int, height: Int) { get }
  func draw(_ frame: Frame)
  /// Returns when something happened, or nothing when the time is up.
  func wait(timeout: Duration?) -> [Input]
  func discardTypeAhead()
  func setMouse(_ isOn: Bool)
  /// Names the terminal's window.
  func setTitle(_ title: String)
  /// Calls the user's attention.
  func alert(_ text: String, by way: TerminalAlert)
  /// Gives the terminal back.
  func close()
}

extension TerminalSession: Screen {}

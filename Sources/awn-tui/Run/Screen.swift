import Canvas
import Dashboard
import Terminal

/// What the run loop needs of a terminal; tests have one of their own.
package protocol Screen: AnyObject {
  var size: (width: Int, height: Int) { get }
  func draw(_ frame: Frame)
  /// Returns when something happened, or nothing when the time is up.
  func wait(timeout: Duration?) -> [Input]
  func discardTypeAhead()
  func setMouse(_ isOn: Bool)
}

extension TerminalSession: Screen {}

extension Dashboard.Key {
  /// The dashboard's name for a terminal's key.
  package init(_ key: Terminal.Key) {
    switch key {
    case .character(let character): self = .character(character)
    case .control(let character): self = .control(character)
    case .up: self = .up
    case .down: self = .down
    case .left: self = .left
    case .right: self = .right
    case .shiftLeft: self = .shiftLeft
    case .shiftRight: self = .shiftRight
    case .home: self = .home
    case .end: self = .end
    case .pageUp: self = .pageUp
    case .pageDown: self = .pageDown
    case .enter: self = .enter
    case .escape: self = .escape
    case .tab: self = .tab
    case .backTab: self = .backTab
    case .backspace: self = .backspace
    case .delete: self = .delete
    case .alt(let character): self = .alt(character)
    case .insert: self = .insert
    case .function(let number): self = .function(number)
    }
  }
}

extension Dashboard.MouseEvent {
  /// The dashboard's name for what the terminal's mouse did.
  package init(_ mouse: Terminal.Mouse) {
    let kind: Kind =
      switch mouse.kind {
      case .press: .press
      case .drag: .drag
      case .release: .release
      case .wheelUp: .wheelUp
      case .wheelDown: .wheelDown
      }
    self.init(kind, x: mouse.x, y: mouse.y)
  }
}

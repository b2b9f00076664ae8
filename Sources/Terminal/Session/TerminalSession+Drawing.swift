import Canvas
import Glibc

extension TerminalSession {
  /// Shows a frame, of which only changed cells are written. While the terminal is still busy with an earlier one,
  /// the frame waits, and a newer one takes its place: over a slow line frames are dropped, never keys.
  public func draw(_ frame: Frame) {
    guard isOpen && !isGone else { return }
    waiting = frame.width == size.width && frame.height == size.height ? frame : frame.cropped(to: size)
    flush()
  }

  /// Writes as much as the terminal takes.
  func flush() {
    writeUnsent()
    guard unsent.isEmpty, let next = waiting else { return }
    waiting = nil
    unsent = encoder.bytes(from: shown, to: next)
    shown = next
    writeUnsent()
  }

  private func writeUnsent() {
    var sent = 0
    unsent.withUnsafeBytes { bytes in
      while sent < bytes.count {
        let count = write(terminal, bytes.baseAddress! + sent, bytes.count - sent)
        if count > 0 {
          sent += count
        } else if count < 0 && errno == EAGAIN {
          return
        } else if !(count < 0 && errno == EINTR) {
          // Gone: reading finds that out too, and reports it.
          sent = bytes.count
        }
      }
    }
    unsent.removeFirst(sent)
  }

  func canWrite(within milliseconds: Int32) -> Bool {
    var ready = pollfd(fd: terminal, events: Int16(POLLOUT), revents: 0)
    return poll(&ready, 1, milliseconds) == 1 && Int32(ready.revents) & POLLOUT != 0
  }

  /// Has the mouse reported as `Input.mouse`, or leaves it to the terminal; without effect where `hasMouse` is false.
  public func setMouse(_ isOn: Bool) {
    guard isOpen && hasMouse && isOn != isMouseOn else { return }
    isMouseOn = isOn
    writeBetweenFrames(isOn ? encoder.capabilities.mouseOn : encoder.capabilities.mouseOff)
  }

  /// Behind what is left of a frame, whose bytes belong together.
  func writeBetweenFrames(_ bytes: [UInt8]) {
    unsent += bytes
    if !isGone { writeUnsent() }
  }

  func enterModes() {
    writeNow(encoder.capabilities.enterModes + (isMouseOn ? encoder.capabilities.mouseOn : []))
  }

  func leaveModes() {
    let capabilities = encoder.capabilities
    unsent.removeAll()
    // Without a screen of its own to leave, the session clears the one it used.
    writeNow(
      capabilities.leaveModes + capabilities.plain
        + (capabilities.leaveScreen.isEmpty ? capabilities.clear : []))
  }

  /// A few bytes; what the terminal has no room for is lost.
  private func writeNow(_ bytes: [UInt8]) {
    if canWrite(within: 500) { _ = write(terminal, bytes, bytes.count) }
  }
}

extension Frame {
  fileprivate func cropped(to size: (width: Int, height: Int)) -> Frame {
    var result = Frame(width: size.width, height: size.height)
    for y in 0..<min(height, size.height) {
      for x in 0..<min(width, size.width) { result[x, y] = self[x, y] }
    }
    return result
  }
}

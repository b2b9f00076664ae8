import CTerminal
import Glibc

extension TerminalSession {
  /// Sleeps until something happens, and returns all of it in order; empty when the time (`nil`: unlimited) is
  /// up first. Goes on writing frames meanwhile.
  public func wait(timeout: Duration? = nil) -> [Input] {
    precondition(isOpen, "the session is closed")
    let deadline = timeout.map { ContinuousClock.now + $0 }
    while true {
      let inputs = poll(milliseconds: Self.milliseconds(until: deadline))
      if !inputs.isEmpty { return inputs }
      if let deadline, ContinuousClock.now >= deadline { return [] }
    }
  }

  private static func milliseconds(until deadline: ContinuousClock.Instant?) -> Int32 {
    guard let deadline else { return -1 }
    let (seconds, attoseconds) = (ContinuousClock.now.duration(to: deadline)).components
    if seconds < 0 || attoseconds < 0 { return 0 }
    // Rounded up: waking before the deadline would only poll again.
    return Int32(min(seconds, 1_000_000) * 1000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
  }

  private func poll(milliseconds: Int32) -> [Input] {
    let wantsToWrite = !isGone && !unsent.isEmpty
    var descriptors = [
      // Negative descriptors are passed over.
      pollfd(fd: isGone ? -1 : terminal, events: Int16(wantsToWrite ? POLLIN | POLLOUT : POLLIN), revents: 0),
      pollfd(fd: ct_events_descriptor(), events: Int16(POLLIN), revents: 0),
      pollfd(fd: capture, events: Int16(POLLIN), revents: 0),
    ]
    guard Glibc.poll(&descriptors, nfds_t(descriptors.count), milliseconds) > 0 else { return [] }
    let ready = descriptors.map { Int32($0.revents) }
    var inputs: [Input] = []
    if ready[0] & POLLOUT != 0 { flush() }
    if ready[0] & POLLIN != 0 { readKeys(into: &inputs) }
    if ready[0] & (POLLHUP | POLLERR | POLLNVAL) != 0 { hangUp(into: &inputs) }
    if ready[1] != 0 { takeEvents(into: &inputs) }
    if ready[2] != 0 { readStrayOutput(into: &inputs) }
    return inputs
  }

  private func hangUp(into inputs: inout [Input]) {
    guard !isGone else { return }
    isGone = true
    inputs.append(.hungUp)
  }

  private func readKeys(into inputs: inout [Input]) {
    // Bounded, so that a paste without end or a stuck key cannot keep the screen from being drawn.
    for index in 0..<4096 {
      let token = ct_read_token(index == 0)
      switch token.kind {
      case CT_BYTE: decoder.decode(.byte(UInt8(token.value))).forEach { deliver($0, into: &inputs) }
      case CT_KEY: decoder.decode(.key(ct_key(UInt32(token.value)))).forEach { deliver($0, into: &inputs) }
      case CT_END_OF_INPUT: return hangUp(into: &inputs)
      default:
        if let output = decoder.idle() { deliver(output, into: &inputs) }
        return
      }
    }
  }

  private func deliver(_ output: KeyDecoder.Output, into inputs: inout [Input]) {
    switch output {
    case .key(.control("z")):
      suspend(wholeJob: true)
      inputs.append(.suspendedAndResumed)
    case .key(let key): inputs.append(.key(key))
    case .mouse(let mouse): if isMouseOn { inputs.append(.mouse(mouse)) }
    case .pasted(let text): inputs.append(.pasted(text))
    }
  }

  /// Forgets keys that were typed before now. They are read, not flushed: half a paste or half an escape sequence
  /// would leave its other half to be taken for keys.
  public func discardTypeAhead() {
    for _ in 0..<65536 {
      let token = ct_read_token(false)
      switch token.kind {
      case CT_BYTE: _ = decoder.decode(.byte(UInt8(token.value)))
      case CT_KEY: _ = decoder.decode(.key(ct_key(UInt32(token.value))))
      default:
        _ = decoder.idle()
        return
      }
    }
  }

  private func takeEvents(into inputs: inout [Input]) {
    let events = ct_take_events()
    func has(_ signal: Int32) -> Bool { events & (1 << UInt32(signal)) != 0 }

    for signal in [SIGINT, SIGTERM, SIGHUP] where has(signal) { inputs.append(.terminate(signal: signal)) }
    // A vanishing terminal sends SIGCONT along with SIGHUP.
    if has(SIGTSTP) || has(SIGCONT), !isGone, !has(SIGHUP) {
      if has(SIGTSTP) { suspend(wholeJob: false) } else { resume() }
      inputs.append(.suspendedAndResumed)
    }
    if has(SIGWINCH) {
      measure()
      inputs.append(.resized(width: size.width, height: size.height))
    }
    if events & UInt32(CT_WOKEN) != 0 { inputs.append(.woken) }
  }

  private func readStrayOutput(into inputs: inout [Input]) {
    var buffer = [UInt8](repeating: 0, count: 16384)
    let count = ct_capture_read(&buffer, buffer.count)
    if count > 0 {
      inputs += strayOutput.append(buffer.prefix(count)).map(Input.strayOutput)
    } else if count == 0 || errno != EAGAIN {
      capture = -1  // somebody closed descriptors 1 and 2
    }
  }
}

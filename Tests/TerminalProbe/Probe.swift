import Canvas
import Glibc
import Terminal

/// To the test, a line at a time.
func report(_ line: String) {
  let bytes = Array("\(line)\n".utf8)
  _ = write(3, bytes, bytes.count)
}

/// A program in full-screen mode that obeys keys and reports every input on descriptor 3.
struct Probe {
  let session: TerminalSession

  func run() -> Never {
    let size = session.size
    report("ready \(size.width)x\(size.height) \(session.colorLevel) \(session.supportsUnicode)")
    session.draw(
      frame("probe ⣿", filledWith: Cell(".", Style(foreground: .rgb(red: 200, green: 0, blue: 0)))))
    while true {
      for input in session.wait() {
        report("\(input)")
        switch input {
        case .key(.character(let key)): obey(key)
        case .resized: session.draw(frame("resized"))
        case .terminate(SIGHUP): break
        case .terminate: quit()
        case .hungUp: reportIdleness()
        default: break
        }
      }
    }
  }

  private func obey(_ key: Character) {
    switch key {
    case "q": quit()
    case "e": exit(3)
    case "t": fatalError("the probe traps")
    case "s": kill(getpid(), SIGSEGV)
    case "a": abort()
    case "p":
      print("from \u{1B}[1mstdout\u{1B}[0m")
      say("from stderr")
    case "P":
      say("said too late")
      quit()
    case "w":
      var thread = pthread_t()
      let wakeOften: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = { _ in
        for _ in 0..<100 { Waker().wake() }
        return nil
      }
      pthread_create(&thread, nil, wakeOften, nil)
      pthread_join(thread, nil)
    case "o":
      do { _ = try TerminalSession() } catch { report("\(error)") }
    case "r":
      session.close()
      if let next = try? TerminalSession() { Probe(session: next).run() }
    case "d": discardWhatComes()
    case "f": drawMuch()
    case "m": session.setMouse(true)
    case "M": session.setMouse(false)
    case "n": session.setTitle("spiral\u{07} · 99 %")
    case "b":
      session.alert("done; all", by: .bell)
      session.alert("done\u{1B}; all", by: .osc777)
    default: break
    }
  }

  private func say(_ line: String) {
    let bytes = Array("\(line)\n".utf8)
    _ = write(STDERR_FILENO, bytes, bytes.count)
  }

  /// Holds still until the test has typed.
  private func discardWhatComes() {
    report("holding")
    var byte: UInt8 = 0
    while read(3, &byte, 1) < 0 && errno == EINTR {}
    session.discardTypeAhead()
    report("discarded")
  }

  private func drawMuch() {
    for index in 0..<1000 {
      let shade = UInt8(index % 250)
      let cell = Cell("#", Style(foreground: .rgb(red: shade, green: 0, blue: shade)))
      // Not a letter in common with the others: what is the same is not drawn again.
      session.draw(frame(index == 999 ? "LAST!" : "frame \(index)", filledWith: cell))
    }
    report("drawn")
  }

  /// A vanished terminal must not keep the processor busy.
  private func reportIdleness() {
    let before = clock()
    while case let inputs = session.wait(timeout: .milliseconds(300)), !inputs.isEmpty {
      for input in inputs { report("\(input)") }
    }
    report((clock() - before) * 1000 / Int(CLOCKS_PER_SEC) < 150 ? "idle" : "busy")
  }

  private func quit() -> Never {
    session.close()
    session.close()
    report("closed")
    exit(0)
  }

  private func frame(_ text: String, filledWith cell: Cell = .blank) -> Frame {
    var frame = Frame(width: session.size.width, height: session.size.height, filledWith: cell)
    for (x, scalar) in text.unicodeScalars.enumerated() { frame[x, 0] = Cell(scalar) }
    return frame
  }
}

import Canvas
import Dashboard
import Experiment
import Glibc
import Messaging
import Terminal

/// What the loading of data has to say to the screen.
package enum LoadingNews: Sendable {
  case progress(String)
  /// What the data were read as.
  case read(DataReport)
  /// What the data's user may not expect.
  case data(notes: [String])
  /// - history: what happened before the run was resumed.
  /// - baselines: what other methods reach at its sizes.
  case ready(notes: [String], history: [Event] = [], baselines: [Baseline] = [])
  case failed(any Error)
  /// Nothing more is heard of a run that trains elsewhere; why, a clause.
  case lost(String)
  /// For so many seconds nothing was heard of it; `nil`: it is heard of again.
  case silent(seconds: Int?)
}

/// Takes what the terminal and the trainer say, lets the dashboard decide, and does what it decided.
///
/// One thread, which never waits for training. At most 30 frames a second, and only when something changed.
package struct RunLoop {
  /// Why the loop ended.
  package enum Ending: Sendable {
    case quit
    /// The terminal is given back, or is gone, and training goes on.
    case detached(RunState)
    /// A signal, or the terminal is gone.
    case interrupted
    case failed(any Error)
  }

  private let screen: any Screen
  private let channels: RunChannels
  private let loading: Mailbox<LoadingNews>
  private let themes: Mailbox<ThemeNews>
  /// What plays a recording in place of a run.
  private let player: Player?
  private let export: (Frame, Theme) -> String
  /// Why the run could not be found again once this screen has left it, a clause; `nil`: it could.
  private let detachRefusal: () -> String?
  /// How the end of the run is called out; `nil`: it is not.
  private let alert: TerminalAlert?
  private var state: State
  private var ending: Ending?
  /// What inspections were last asked for.
  private var wish = InspectionRequest()
  private var isDirty = true
  private var isUrgent = false
  /// Keys that came together with the one that opened a question were no answer to it.
  private var hasDiscardedKeys = false
  private var hasRefusedTheme = false
  /// The message above the footer, and since when it is there.
  private var message: (number: Int, since: ContinuousClock.Instant)?
  private let clock = ContinuousClock()
  private var lastDrawn: ContinuousClock.Instant?
  private var lastTitle: (text: String, state: RunState, time: ContinuousClock.Instant)?

  private static let frameTime = Duration.milliseconds(33)
  /// A key is answered sooner than the next frame is due.
  private static let answerTime = Duration.milliseconds(8)

  /// - Parameters:
  ///   - themes: What a `ThemeWatcher` tells.
  ///   - detachRefusal: Why a run could not be found again once the screen has left it, a clause; `nil`: it could.
  ///   - export: Writes pictures of a frame in its theme and returns what to tell the user.
  package init(
    screen: any Screen, state: State, channels: RunChannels, loading: Mailbox<LoadingNews>,
    themes: Mailbox<ThemeNews> = Mailbox(), player: Player? = nil, alert: TerminalAlert? = nil,
    detachRefusal: @escaping () -> String? = { nil }, export: @escaping (Frame, Theme) -> String
  ) {
    self.screen = screen
    self.state = state
    self.channels = channels
    self.loading = loading
    self.themes = themes
    self.player = player
    self.alert = alert
    self.detachRefusal = detachRefusal
    self.export = export
  }

  package mutating func run() -> Ending {
    while ending == nil {
      drawIfDue()
      let inputs = screen.wait(timeout: timeout)
      hasDiscardedKeys = false
      for input in inputs { take(input) }
      takeNews()
      endMessageIfSeen()
    }
    return ending!
  }

  private var timeout: Duration? {
    let ends = message.flatMap { message in
      state.fadingMessage.map { message.since + .seconds($0.seconds) - clock.now }
    }
    return [timeUntilDrawing, ends.map { max(.zero, $0) }].compactMap { $0 }.min()
  }

  /// A message gives way to what it covers.
  private mutating func endMessageIfSeen() {
    guard let fading = state.fadingMessage else {
      message = nil
      return
    }
    if message?.number != fading.number { message = (fading.number, clock.now) }
    guard let message, clock.now >= message.since + .seconds(fading.seconds) else { return }
    self.message = nil
    perform(.messageSeen)
  }

  // MARK: Drawing

  private var timeUntilDrawing: Duration? {
    guard isDirty, let lastDrawn else { return nil }
    return max(.zero, lastDrawn + (isUrgent ? Self.answerTime : Self.frameTime) - clock.now)
  }

  private mutating func drawIfDue() {
    guard isDirty, timeUntilDrawing ?? .zero <= .zero else { return }
    screen.draw(render(state))
    lastDrawn = clock.now
    nameWindow()
    (isDirty, isUrgent) = (false, false)
  }

  /// At most once a second, unless the run's state changes: a window manager need not follow every epoch.
  private mutating func nameWindow() {
    let (text, now) = (StatusText.title(state), state.snapshot.state)
    if let lastTitle, lastTitle.text == text { return }
    if let lastTitle, lastTitle.state == now, clock.now - lastTitle.time < .seconds(1) { return }
    lastTitle = (text, now, clock.now)
    screen.setTitle(text)
  }

  // MARK: Input

  private mutating func take(_ input: Input) {
    switch input {
    case .key(let key):
      if !hasDiscardedKeys {
        isUrgent = true
        perform(.key(key))
      }
    case .mouse(let mouse):
      if !hasDiscardedKeys {
        isUrgent = true
        perform(.mouse(mouse))
      }
    case .resized(let width, let height):
      isUrgent = true
      perform(.resized(width: width, height: height))
    case .strayOutput(let line): perform(.log(line))
    case .suspendedAndResumed: isDirty = true
    case .terminate(signal: SIGHUP), .hungUp:
      ending = state.canDetach && detachRefusal() == nil ? .detached(state.snapshot.state) : .interrupted
    case .terminate: ending = .interrupted
    case .woken, .pasted: break
    }
  }

  private mutating func takeNews() {
    var loss: String?
    for news in loading.drain() {
      switch news {
      case .progress(let text): perform(.loading(text))
      case .read(let report): perform(.data(report))
      case .data(let notes): for note in notes { perform(.log(note)) }
      case .ready(let notes, let history, let baselines):
        if !baselines.isEmpty { perform(.baselines(baselines)) }
        if !history.isEmpty { perform(.history(history)) }
        for note in notes { perform(.log(note)) }
      case .failed(let error): ending = .failed(error)
      case .lost(let reason): loss = reason
      case .silent(let seconds): perform(.silence(seconds: seconds))
      }
    }
    for news in themes.drain() { take(news) }
    if let moment = player?.take() {
      perform(
        .recorded(playback: moment.playback, events: moment.events, moment.snapshot, moment.inspection))
    }
    // One update: the snapshot shows the effect of the events before it.
    let update = channels.takeUpdate()
    for event in update.events {
      perform(.event(event))
      if let alert, event.endsRun {
        screen.alert("\(state.run.name): \(Wording.line(event))", by: alert)
      }
    }
    if let snapshot = update.snapshot { perform(.snapshot(snapshot)) }
    if let inspection = channels.inspections.take() { perform(.inspection(inspection)) }
    if let frontier = channels.frontiers.take() { perform(.frontier(frontier)) }
    if let price = channels.prices.take() { perform(.price(price)) }
    // Behind the last that was heard.
    if let loss { perform(.disconnected(loss)) }
    // Held-out metrics reach the screen with the snapshots.
    _ = channels.evaluations.drain()
  }

  private mutating func take(_ news: ThemeNews) {
    switch news {
    case .refused(let error):
      hasRefusedTheme = true
      perform(.notice("\(error) The theme stays as it was."))
    case .read(let theme, let formerName):
      // A new name in the file does not make the theme in use another one.
      let isInUse = state.theme.name == formerName
      perform(.theme(theme))
      if isInUse { state.theme = theme }
      // Or what was wrong would still stand on the screen.
      if hasRefusedTheme { perform(.notice("the theme \(theme.name) was read again")) }
      hasRefusedTheme = false
    }
  }

  private mutating func perform(_ action: Action) {
    isDirty = true
    let effects = update(&state, action)
    if state.wish != wish {
      wish = state.wish
      channels.wish = wish
    }
    for effect in effects {
      switch effect {
      case .send(let command): channels.commands.send(command.withWholePath)
      case .quit: ending = .quit
      case .detach:
        if let refusal = detachRefusal() {
          perform(.refusal("detach: \(refusal)"))
        } else {
          ending = .detached(state.snapshot.state)
        }
      case .replay(let command): player?.perform(command)
      case .discardTypeAhead:
        screen.discardTypeAhead()
        hasDiscardedKeys = true
      case .setMouse(let isOn): screen.setMouse(isOn)
      case .export: perform(.notice(export(render(state), state.theme)))
      }
    }
  }
}

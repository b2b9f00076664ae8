import Canvas
import Experiment

extension Home {
  /// Takes in what happened, and returns what is to be done about it.
  public mutating func take(_ action: Action) -> [Effect] {
    switch action {
    case .key(let key): return press(key)
    case .resized(let width, let height): (self.width, self.height) = (max(0, width), max(0, height))
    case .runs(let runs):
      entries = runs
      if !runs.contains(where: { $0.path == selected }) { selected = nil }
      marked.formIntersection(runs.map(\.path))
    case .files(let folder, let entries):
      guard case .new = mode else { return [] }
      let choice = FileChoice(folder: folder, entries: entries)
      mode = .new(choice)
      return previewing(choice)
    case .preview(let preview): take(preview)
    case .message(let text): message = text
    case .comparison(let comparison): mode = .comparing(ComparisonView(comparison))
    }
    return []
  }

  private mutating func press(_ key: Key) -> [Effect] {
    if key == KeyMap.lastResort { return [.quit] }
    message = nil
    switch mode {
    case .deleting(let path):
      mode = .runs
      return key == .enter || key == .character("y") ? [.discard(path)] : []
    case .new(let choice): return press(key, in: choice)
    case .form(let form): return press(key, in: form)
    case .comparing(var view):
      view.press(key, page: page(of: view))
      mode = key == .escape || key == .character("q") || key == .character("c") ? .runs : .comparing(view)
      return []
    case .runs: return isFiltering ? edit(key) : command(key)
    }
  }

  private mutating func command(_ key: Key) -> [Effect] {
    let runs = shown
    switch key {
    case .character("q"): return [.quit]
    case .character("/"): isFiltering = true
    case .character("s"):
      let all = Order.allCases
      order = all[(all.firstIndex(of: order)! + 1) % all.count]
    case .character("n"):
      mode = .new(FileChoice.first)
    case .enter:
      guard runs.indices.contains(selection) else { return [] }
      return [Self.opened(runs[selection])]
    case .character(" "):
      guard runs.indices.contains(selection) else { return [] }
      let path = runs[selection].path
      if marked.remove(path) == nil { marked.insert(path) }
      move(.down)
    case .character("c"):
      // Those too that the filter hides.
      let hidden = (entries ?? []).map(\.path).filter { path in !runs.contains { $0.path == path } }
      let paths = (runs.map(\.path) + hidden).filter(marked.contains)
      if paths.count >= 2 { return [.compare(paths)] }
      message = "mark two or more runs to compare with the space bar"
    case .character("N"):
      guard runs.indices.contains(selection) else { return [] }
      guard runs[selection].condition != .unreadable else {
        message = "the settings of \(runs[selection].name) cannot be read"
        return []
      }
      return [.start(.file("\(runs[selection].path)/experiment.toml"))]
    case .character("r"):
      guard runs.indices.contains(selection) else { return [] }
      return [.replay(runs[selection].path)]
    case .delete, .character("d"):
      guard runs.indices.contains(selection) else { return [] }
      let run = runs[selection]
      if run.condition == .live {
        message =
          "\(run.name) is in use: its "
          + (run.outcome == nil ? "run has not ended" : "dashboard is still open; leave that first")
      } else {
        mode = .deleting(run.path)
      }
    case .escape: if filter.isEmpty { marked = [] } else { filter = "" }
    default: move(key)
    }
    return []
  }

  /// A run goes on, and a model is what a new run begins with.
  private static func opened(_ run: RunEntry) -> Effect {
    switch run.condition {
    case .live: .attach(run.path)
    case .model: .start(.file("\(run.path)/experiment.toml"), arguments: ["--from", run.path])
    case .finished, .interrupted, .diverged, .unreadable: .open(run.path)
    }
  }

  /// A letter of the filter, or its end. Moving goes on meanwhile.
  private mutating func edit(_ key: Key) -> [Effect] {
    switch key {
    case .escape: (filter, isFiltering) = ("", false)
    case .enter: isFiltering = false
    case .backspace: if filter.popLast() == nil { isFiltering = false }
    case .character(let letter): if filter.count < 60 { filter.append(letter) }
    default: move(key)
    }
    return []
  }

  private mutating func move(_ key: Key) {
    let runs = shown
    guard let step = Self.lines(key, page: page(below: 1)), !runs.isEmpty else { return }
    selected = runs[max(0, min(selection + step, runs.count - 1))].path
  }

  static func lines(_ key: Key, page: Int) -> Int? {
    switch key {
    case .up: -1
    case .down: 1
    case .pageUp: -page
    case .pageDown: page
    case .home: -1_000_000
    case .end: 1_000_000
    default: nil
    }
  }
}

import Canvas
import Experiment

/// The price list over the panes: cuts that no smaller one equals, one of them selected.
package struct PriceList: Equatable, Sendable {
  /// What is selected, by its size: the list changes while the network trains. `nil`: the network as it is.
  package var parameters: Int?
  /// What is being typed.
  package var entry: Entry?
  /// Why the last budget chose nothing.
  package var refusal: String?

  /// A budget being typed.
  package struct Entry: Equatable, Sendable {
    package var kind: Kind
    package var text: String
    /// Whether it is chosen by as soon as cuts are measured.
    package var isConfirmed: Bool

    /// - Parameter text: what was typed elsewhere, which is chosen by; `nil`: it is to be typed.
    package init(_ kind: Kind, text: String? = nil) {
      self.kind = kind
      self.text = text ?? ""
      isConfirmed = text != nil
    }

    /// Each with the key that begins it.
    package enum Kind: Character, CaseIterable, Sendable {
      case parameters = "p"
      case multiplyAdds = "m"
      case metric = "a"
      case tolerance = "t"
    }
  }

  package init(entry: Entry? = nil) { self.entry = entry }
}

extension State {
  package var priceList: PriceList? {
    if case .priceList(let list) = view.overlay { list } else { nil }
  }

  mutating func openPriceList(_ entry: PriceList.Entry? = nil) -> [Effect] {
    view.overlay = .priceList(PriceList(entry: entry))
    // What was measured holds until the network has learned since. An edit has it measured again, too.
    if let frontier = run.frontier, frontier.step < snapshot.step { run.frontier = nil }
    choosePending()
    return []
  }

  /// A newer price list, unless it is of a network of other layers; what was typed before there was one is chosen now.
  mutating func take(_ frontier: CutFrontier) {
    guard frontier.whole.widths.count == snapshot.layers.count else { return }
    run.frontier = frontier
    choosePending()
  }

  private mutating func choosePending() {
    guard var list = priceList, run.frontier != nil, list.entry?.isConfirmed == true else { return }
    list.choose(in: self)
    view.overlay = .priceList(list)
  }

  /// What the price list makes of a key.
  mutating func press(_ key: Key, in list: PriceList) -> [Effect] {
    var list = list
    list.refusal = nil
    if var entry = list.entry {
      switch key {
      case .escape: list.entry = nil
      case .enter: list.choose(in: self)
      default:
        entry.edit(key)
        list.entry = entry
      }
      view.overlay = .priceList(list)
      return []
    }
    switch key {
    case .escape:
      view.overlay = nil
      return []
    case .enter: return cut(to: list)
    case .character(let letter):
      if let kind = PriceList.Entry.Kind(rawValue: letter) {
        list.entry = PriceList.Entry(kind)
      } else if keys.command(on: key) == "picture" {
        return [.export]
      } else if ["budget", "quit"].contains(keys.command(on: key)) {
        view.overlay = nil
        return []
      }
    default: list.move(key, in: self)
    }
    view.overlay = .priceList(list)
    return []
  }

  /// Asks about the selected cut.
  private mutating func cut(to list: PriceList) -> [Effect] {
    guard let frontier = run.frontier, let index = list.selection(in: frontier) else { return [] }
    let cut = frontier.cuts[index]
    guard zip(cut.widths, snapshot.layers).contains(where: { $0 < $1.width }) else {
      return say("that is the network as it is: nothing to cut", tone: .warning)
    }
    if case .unavailable(let reason) = KeyBinding.Availability.priceable(self) {
      return say(reason, tone: .warning)
    }
    view.overlay = nil
    return ask(.truncateTo(cut, step: frontier.step))
  }
}

extension PriceList {
  /// The height of the chart above the table, of the height of both.
  static func plotHeight(in height: Int) -> Int { height >= 12 ? height / 2 : 0 }

  /// The rows of the table that are on the screen at once, below its headings.
  package static func rows(in height: Int) -> Int { height - plotHeight(in: height) - 1 }

  /// The cuts of a list that are on the screen, where there is room for so many rows.
  static func shown(of count: Int, around selection: Int, rows: Int) -> Range<Int> {
    let first = max(0, min(selection - rows / 2, count - rows))
    return first..<max(first, min(count, first + rows))
  }

  /// The selected cut: the largest that is no larger than what was selected.
  package func selection(in frontier: CutFrontier) -> Int? {
    guard let parameters else { return frontier.cuts.count - 1 }
    return frontier.cuts.lastIndex { $0.parameters <= parameters } ?? 0
  }

  fileprivate mutating func move(_ key: Key, in state: State) {
    guard let frontier = state.run.frontier, let index = selection(in: frontier) else { return }
    let page = max(1, Self.rows(in: state.listHeight))
    let step: Int
    switch key {
    case .up, .left: step = -1
    case .down, .right: step = 1
    case .pageUp, .shiftLeft: step = -page
    case .pageDown, .shiftRight: step = page
    case .home: step = -frontier.cuts.count
    case .end: step = frontier.cuts.count
    default: return
    }
    parameters = frontier.cuts[max(0, min(index + step, frontier.cuts.count - 1))].parameters
  }

  /// Selects what the typed budget chooses, or says what is possible.
  fileprivate mutating func choose(in state: State) {
    guard let entry else { return }
    guard let budget = entry.budget(in: state) else {
      refusal = "type a number, such as \(entry.example(in: state))"
      return
    }
    self.entry?.isConfirmed = state.run.frontier == nil
    guard let frontier = state.run.frontier else { return }
    do {
      parameters = try frontier.choice(for: budget).parameters
      self.entry = nil
    } catch {
      refusal = entry.impossible(closest: error.closest)
    }
  }
}

extension PriceList.Entry {
  fileprivate mutating func edit(_ key: Key) {
    isConfirmed = false
    switch key {
    case .character(let letter) where letter.isASCII && (letter.isNumber || letter == "."):
      if text.count < 9 { text.append(letter) }
    case .backspace: _ = text.popLast()
    default: break
    }
  }

  /// Percentages of accuracy are typed as they are shown.
  fileprivate func budget(in state: State) -> CutBudget? {
    guard let value = Double(text), value.isFinite, value >= 0 else { return nil }
    switch kind {
    case .parameters: return value < 1e15 ? .parameters(atMost: Int(value)) : nil
    case .multiplyAdds: return value < 1e15 ? .multiplyAdds(atMost: Int(value)) : nil
    case .metric:
      return state.snapshot.problem == .regression ? .rmse(atMost: value) : .accuracy(atLeast: value / 100)
    case .tolerance: return .tolerance(value / 100)
    }
  }

  /// "the best of at most 5000_ parameters", and once that is confirmed: "…5000 parameters, chosen once cuts are measured"
  package func sentence(in state: State) -> String {
    let (number, rest) = isConfirmed ? (text, ", chosen once cuts are measured") : (text + "_", "")
    let isRegression = state.snapshot.problem == .regression
    return switch kind {
    case .parameters: "the best of at most \(number) parameters\(rest)"
    case .multiplyAdds: "the best of at most \(number) multiply-adds a row\(rest)"
    case .metric:
      isRegression
        ? "the smallest of RMSE at most \(number)\(rest)"
        : "the smallest of accuracy at least \(number) %\(rest)"
    case .tolerance:
      "the smallest of \(isRegression ? "RMSE" : "accuracy") within \(number) % of the best\(rest)"
    }
  }

  fileprivate func example(in state: State) -> String {
    switch kind {
    case .parameters: "\(max(1, state.snapshot.parameters / 2))"
    case .multiplyAdds: "\(max(1, (state.run.frontier?.whole.multiplyAdds ?? 2_000) / 2))"
    case .metric: state.snapshot.problem == .regression ? "2.5" : "95"
    case .tolerance: "0.5"
    }
  }

  fileprivate func impossible(closest: MeasuredCut) -> String {
    let isOne = closest.widths.allSatisfy { $0 == 1 }
    let smallest = isOne ? "a neuron in each layer" : "\(Wording.list(closest.widths)) neurons"
    switch kind {
    case .parameters:
      return "no cut is so small: with \(smallest) there are \(NumberText.grouped(closest.parameters)) "
        + "parameters"
    case .multiplyAdds:
      return "no cut is so small: with \(smallest) there are \(NumberText.grouped(closest.multiplyAdds)) "
        + "multiply-adds"
    case .metric, .tolerance:
      return "no cut is so good: the best has \(Wording.metric(closest.metrics)), with "
        + "\(NumberText.grouped(closest.parameters)) parameters"
    }
  }
}

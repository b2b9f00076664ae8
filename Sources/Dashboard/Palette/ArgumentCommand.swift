import Canvas
import Experiment

/// A command that the palette takes with a value, such as "truncate 47". With the id of a command that has keys, it
/// is that command with a value instead of without.
package struct ArgumentCommand: Sendable {
  /// What a parsed value makes the dashboard do.
  package typealias Run = @Sendable (inout State) -> [Effect]

  package let id: String
  /// Stands for the value in the list: "N|N%".
  package let argument: String
  /// A sentence without its full stop.
  package let description: String
  package let group: KeyBinding.Group
  let availability: @Sendable (State) -> KeyBinding.Availability
  /// What a value looks like now: "a width from 1 to 66".
  let expected: @Sendable (State) -> String
  /// Values that are entries of the list by themselves.
  let choices: @Sendable (State) -> [String]
  /// `nil`: it is not what is expected.
  let parse: @Sendable (String, State) -> Run?

  init(
    _ id: String, _ argument: String, _ description: String, group: KeyBinding.Group,
    when availability: @escaping @Sendable (State) -> KeyBinding.Availability = { _ in .available },
    expects expected: @escaping @Sendable (State) -> String,
    choices: @escaping @Sendable (State) -> [String] = { _ in [] },
    parse: @escaping @Sendable (String, State) -> Run?
  ) {
    self.id = id
    self.argument = argument
    self.description = description
    self.group = group
    self.availability = availability
    self.expected = expected
    self.choices = choices
    self.parse = parse
  }

  /// Every one, in the order the palette shows them.
  package static let all: [ArgumentCommand] =
    [
      pace, learningRate, cut, layer, truncate, truncateAll, compress, compressUntil,
    ] + budgets + [theme] + files

  private static let pace = ArgumentCommand(
    "pace", "N|unlimited", "train so many epochs per second", group: .run,
    when: KeyBinding.Availability.commanded,
    expects: { _ in "epochs per second, such as 20 or 0.5, or unlimited" }
  ) { value, _ in
    if value == "unlimited" { return { [$0.send(.setPace(nil))] } }
    guard let pace = Double(value), pace > 0, pace.isFinite else { return nil }
    return { [$0.send(.setPace(pace))] }
  }

  private static let learningRate = ArgumentCommand(
    "learning-rate", "R", "set the learning rate", group: .run, when: KeyBinding.Availability.commanded,
    expects: { _ in "a positive number, such as 0.003" }
  ) { value, _ in
    guard let rate = Double(value), rate > 0, rate.isFinite else { return nil }
    return { [$0.send(.setLearningRate(rate))] }
  }

  private static let cut = ArgumentCommand(
    "cut", "N|N%", "move the cut to so many neurons, or such a share of them", group: .cut,
    when: KeyBinding.Availability.adaptive,
    expects: {
      "a width from 1 to \(NumberText.grouped($0.selectedLayer?.width ?? 1)), or a share such as 70%"
    }
  ) { value, state in
    guard let width = state.selectedLayer?.width, let kept = neurons(value, of: width), kept <= width else {
      return nil
    }
    return { $0.moveCut(to: kept) }
  }

  private static let layer = ArgumentCommand(
    "layer", "N", "choose a layer by its number", group: .cut, when: KeyBinding.Availability.adaptive,
    expects: { state in
      let count = state.snapshot.layers.count
      return count == 1 ? "1: there is one adaptive layer" : "a number from 1 to \(count)"
    }
  ) { value, state in
    guard let number = Int(value), state.snapshot.layers.indices.contains(number - 1) else { return nil }
    return { $0.choose(layer: number - 1) }
  }

  private static let truncate = ArgumentCommand(
    "truncate", "N|N%", "truncate this layer to so many neurons, or such a share of them", group: .edit,
    when: shrinkable, expects: { smaller($0) + ", or a share such as 70%" }
  ) { value, state in
    guard let width = state.selectedLayer?.width, let kept = neurons(value, of: width), kept < width else {
      return nil
    }
    return { $0.ask(.truncate(layer: $0.cut.layer, width: kept)) }
  }

  private static let truncateAll = ArgumentCommand(
    "truncate-all", "N%", "truncate every layer to such a share of its neurons", group: .edit,
    when: KeyBinding.Availability.editable,
    expects: { _ in "a share that some layer shrinks by, such as 70%" }
  ) { value, state in
    guard let keep = share(value),
      state.snapshot.layers.contains(where: { StatusText.fraction(keep, of: $0.width) < $0.width })
    else { return nil }
    return { $0.ask(.truncateAll(keep: keep)) }
  }

  static let compress = ArgumentCommand(
    "compress", "N", "train on towards so many neurons", group: .edit,
    when: startable, expects: smaller
  ) { value, state in
    guard let width = state.selectedLayer?.width, let target = Int(value), (1..<width).contains(target) else {
      return nil
    }
    return { $0.ask(.compress(layer: $0.cut.layer, Question.Entry(text: String(target)))) }
  }

  private static let theme = ArgumentCommand(
    "theme", "NAME", "choose the colors", group: .view,
    expects: { $0.themes.map(\.name).joined(separator: ", ") }, choices: { $0.themes.map(\.name) }
  ) { value, state in
    guard let theme = state.themes.first(where: { $0.name == value }) else { return nil }
    return {
      $0.theme = theme
      return $0.say("theme: \(theme.name)")
    }
  }
}

extension ArgumentCommand {
  private static let shrinkable: @Sendable (State) -> KeyBinding.Availability = { state in
    KeyBinding.Availability.editable(state).and {
      state.selectedLayer.map { $0.width > 1 } ?? false
        ? .available
        : .unavailable("\(Wording.layer(state.cut.layer, in: state)) has one neuron: nothing to cut")
    }
  }

  /// As the key, which stops a compression too: a value starts one.
  static let startable: @Sendable (State) -> KeyBinding.Availability = { state in
    state.compressingLayer == nil
      ? KeyBinding.compressible(state)
      : .unavailable("a layer is being compressed: \(state.hint("compress")) stops that")
  }

  static let smaller: @Sendable (State) -> String = { state in
    "a width from 1 to \(NumberText.grouped(max(1, (state.selectedLayer?.width ?? 2) - 1)))"
  }

  /// "47", or "70%" of a width.
  private static func neurons(_ text: String, of width: Int) -> Int? {
    if let share = share(text) { return StatusText.fraction(share, of: width) }
    return Int(text).flatMap { $0 >= 1 ? $0 : nil }
  }

  /// "70%" or "70 %": more than none and less than all.
  private static func share(_ text: String) -> Double? {
    guard text.hasSuffix("%"), let percent = Double(text.dropLast().filter { $0 != " " }),
      percent > 0, percent < 100
    else { return nil }
    return percent / 100
  }
}

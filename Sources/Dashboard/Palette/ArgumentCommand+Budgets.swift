import Experiment

/// What is asked of the result of a cut or a compression, not of its width.
extension ArgumentCommand {
  static let compressUntil = ArgumentCommand(
    "compress-until", "E%", "train on towards smaller widths until the held-out metric is so much worse",
    group: .edit,
    when: { state in startable(state).and { KeyBinding.Availability.priced(state) } },
    expects: { _ in "points of accuracy, or a share of the RMSE, such as 0.5%" }
  ) { value, _ in
    guard let percent = percent(value) else { return nil }
    return {
      $0.ask($0.compressUntil(layers: $0.isJoint ? nil : [$0.cut.layer], percent: percent))
    }
  }

  static let budgets: [ArgumentCommand] = [
    ArgumentCommand(
      "budget-parameters", "N", "the best cut of at most so many parameters", group: .edit,
      when: KeyBinding.Availability.priced,
      expects: {
        "a number below \(NumberText.grouped($0.snapshot.parameters)), such as \($0.snapshot.parameters / 2)"
      }
    ) { value, _ in
      guard let parameters = Int(value), parameters > 0 else { return nil }
      return { $0.openPriceList(PriceList.Entry(.parameters, text: String(parameters))) }
    },
    ArgumentCommand(
      "budget-multiply-adds", "N", "the best cut of at most so many multiply-adds for a row", group: .edit,
      when: KeyBinding.Availability.priced,
      expects: { _ in "a number below what the network takes; the price list has it" }
    ) { value, _ in
      guard let count = Int(value), count > 0 else { return nil }
      return { $0.openPriceList(PriceList.Entry(.multiplyAdds, text: String(count))) }
    },
    ArgumentCommand(
      "budget-accuracy", "A%", "the smallest cut of at least such a held-out accuracy", group: .edit,
      when: { state in
        KeyBinding.Availability.priced(state).and {
          state.snapshot.problem == .classification
            ? .available : .unavailable("a number is predicted here: use budget-rmse")
        }
      }, expects: { _ in "a percentage, such as 97.5%" }
    ) { value, _ in
      guard let percent = percent(value), Double(percent) ?? 101 <= 100 else { return nil }
      return { $0.openPriceList(PriceList.Entry(.metric, text: percent)) }
    },
    ArgumentCommand(
      "budget-rmse", "R", "the smallest cut of at most such a held-out RMSE", group: .edit,
      when: { state in
        KeyBinding.Availability.priced(state).and {
          state.snapshot.problem == .regression
            ? .available : .unavailable("classes are predicted here: use budget-accuracy")
        }
      }, expects: { _ in "a positive number, in the unit of what is predicted" }
    ) { value, _ in
      guard let rmse = Double(value), rmse > 0, rmse.isFinite, value.count <= 9 else { return nil }
      return { $0.openPriceList(PriceList.Entry(.metric, text: value)) }
    },
    ArgumentCommand(
      "budget-tolerance", "E%", "the smallest cut that is hardly worse than the best", group: .edit,
      when: KeyBinding.Availability.priced,
      expects: { _ in "points of accuracy, or a share of the RMSE, such as 0.5%" }
    ) { value, _ in
      guard let percent = percent(value) else { return nil }
      return { $0.openPriceList(PriceList.Entry(.tolerance, text: percent)) }
    },
  ]

  /// "0.5%" or "0.5" as the text of a number of per cent.
  private static func percent(_ text: String) -> String? {
    let number = text.hasSuffix("%") ? String(text.dropLast()) : text
    guard number.allSatisfy({ $0.isASCII && ($0.isNumber || $0 == ".") }), number.count <= 9,
      let value = Double(number), value.isFinite
    else { return nil }
    return number
  }
}

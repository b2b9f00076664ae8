import ArgumentParser

/// The flags of a run that is trained in the dashboard.
package struct DashboardFlags: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: "Epochs a second, or unlimited (default: built-in tasks are held back so that one can watch).")
  package var pace: String?
  @OptionGroup package var screen: ScreenFlags

  /// Checks here, so that usage errors are reported with the usage of their own command.
  package init() {}

  package func validate() throws { _ = try pace(default: nil) }

  package func pace(default standard: Double?) throws -> Double? {
    guard let pace else { return standard }
    if pace == "unlimited" { return nil }
    guard let value = Double(pace), value > 0, value.isFinite else {
      throw ValidationError("--pace takes a positive number of epochs per second, or unlimited")
    }
    return value
  }
}

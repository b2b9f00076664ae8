import ArgumentParser
import Experiment

/// Training after a cut of `truncate`.
package struct FineTuningFlags: ParsableArguments {
  @Option(
    parsing: .unconditional, help: "Epochs that the cut model is trained for (default: none).",
    transform: Int.parsing)
  package var fineTune: Int?

  package init() {}

  package func validate() throws {
    if let fineTune, !(1...1_000_000 ~= fineTune) { throw ValidationError("--fine-tune must be at least 1") }
  }
}

/// The teacher of a cut or compressed model, with the options that runs have.
package struct TeacherFlags: ParsableArguments {
  @Option(
    help: """
      Knowledge distillation: how long the uncut model teaches the smaller one: caught-up, until the held-out metric is \
      as good as before, or a number of epochs (default: not at all).
      """, transform: TeacherDuration.parsing)
  package var teacher: TeacherDuration?
  @Option(parsing: .unconditional, help: "Weight of the distillation loss (default: the run's).")
  package var teacherWeight: Double?
  @Option(
    parsing: .unconditional,
    help: "Softmax temperature of the distillation loss; classification only (default: the run's).")
  package var teacherTemperature: Double?

  package func set(_ options: inout TrainingOptions) {
    options.teacher = teacher ?? options.teacher
    options.teacherWeight = teacherWeight ?? options.teacherWeight
    options.teacherTemperature = teacherTemperature ?? options.teacherTemperature
  }

  package init() {}

  package func validate() throws {
    if teacher == nil, teacherWeight != nil || teacherTemperature != nil {
      throw ValidationError("--teacher-weight and --teacher-temperature go with --teacher")
    }
    try check(teacher, \.training.teacher)
    try check(teacherWeight, \.training.teacherWeight)
    try check(teacherTemperature, \.training.teacherTemperature)
  }

  private func check(_ value: (some SettingValue)?, _ path: PartialKeyPath<Configuration>) throws {
    let setting = Setting.of(path)
    if let value, let refusal = setting.refusal(of: value) {
      throw ValidationError("\(setting.name) \(refusal)")
    }
  }
}

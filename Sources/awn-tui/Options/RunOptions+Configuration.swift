import ArgumentParser
import Datasets
import Experiment
import Foundation
import ModelFiles
import PlainText
import RunFolders
import TOMLText

extension RunOptions {
  /// Every setting given by a flag, in the order in which settings are applied.
  var given: [(setting: Setting, value: any SettingValue)] { data.given + network.given + training.given }

  /// The value of a setting if a flag gives it.
  func given<Value: SettingValue>(_ path: PartialKeyPath<Configuration>, as type: Value.Type) -> Value? {
    given.first { $0.setting.is(path) }?.value as? Value
  }

  /// Whether a flag gives a setting, as in `isGiven(\.training.seed)`.
  func isGiven(_ path: PartialKeyPath<Configuration>) -> Bool { given.contains { $0.setting.is(path) } }

  /// The experiment with every default filled in and every flag applied.
  func configuration() throws -> Configuration {
    let own = try base()
    var result = own
    if let kind = given(\.network.kind, as: NetworkKind.self), kind != result.network.kind {
      // Without its data, an experiment that names no network is of any.
      _ = try dataKind(result)
      throw ValidationError(
        "the experiment is of \(result.network.kind.rawValue), whose settings mean nothing to \(kind.rawValue): "
          + "change kind under [network] in its file")
    }
    for (setting, value) in given { setting.set(value, in: &result) }
    // A posterior in a file, beside another method, is a contradiction; given by a flag, it means its own method.
    if !isGiven(\.network.method), isGiven(\.network.posterior) || result.network.posterior != .gaussian {
      result.network.method = result.network.method(under: result.prior.rate)
    }
    if from != nil && isGiven(\.data.path) { result.data.task = nil }
    if isGiven(\.data.fold) && !isGiven(\.data.test) { result.data.test = 0 }
    try refuseContradictions(result)
    // The run's own file has all of its settings, and can be trained with in turn.
    if let file { result = try ExperimentFile.cleared(result, of: file, probes: opened.probes) }
    if let from { try refuseOtherPreparation(result, of: from) }
    if let problem = result.problem {
      // What no flag has caused is the file's.
      if let experiment, own.problem == problem { throw ExperimentFile.error(of: problem, in: experiment) }
      throw ValidationError(problem)
    }
    return result
  }

  /// The experiment file that flags override; `nil`: there is none.
  private var file: String? {
    if experiment == nil, let from, let folder = try? ModelFile.locate(from).folder {
      return RunFolder.experiment(in: folder)
    }
    return experiment.flatMap { $0.hasSuffix(".toml") ? $0 : nil }
  }

  /// Where the settings come from.
  var origin: SettingOrigin { SettingOrigin(file: file, flags: Set(given.map(\.setting.name))) }

  private func base() throws -> Configuration {
    if experiment == nil, let from { return try experiment(besides: from) }
    switch (experiment, given(\.data.path, as: String.self)) {
    case (nil, let path?):
      var options = Configuration(name: "", data: DataOptions())
      for (setting, value) in data.given { setting.set(value, in: &options) }
      return .defaults(
        forData: options.data, name: Dataset.name(of: path),
        kind: Dataset.kind(of: options.data, probes: opened.probes),
        network: given(\.network.kind, as: NetworkKind.self))
    case (let name?, nil):
      if let task = BuiltInTask(rawValue: name) { return .defaults(for: task) }
      guard name.hasSuffix(".toml") else {
        throw ValidationError("there is no built-in task '\(name)': \(Self.advice(on: name))")
      }
      return try ExperimentFile.configuration(contentsOf: name, probes: opened.probes)
    case (_?, _?):
      throw ValidationError("give an experiment or --data, not both")
    case (nil, nil):
      throw ValidationError("what to train on? Name a built-in task (\(Self.taskList)) or a file with --data")
    }
  }

  /// What a model was trained with.
  private func experiment(besides model: String) throws -> Configuration {
    let folder = try ModelFile.locate(model).folder
    let file = RunFolder.experiment(in: folder)
    guard FileManager.default.fileExists(atPath: file) else { throw ModelCommandError.noExperiment(folder) }
    return try ExperimentFile.configuration(contentsOf: file, probes: opened.probes)
  }

  /// The model that a new run begins with.
  ///
  /// - Parameter configuration: the run's.
  func initialModel(for configuration: Configuration) throws -> Run.Initial? {
    guard let from else { return nil }
    var initial = try Run.Initial(path: from)
    if let trained = try? experiment(besides: from), configuration.data.path != nil,
      trained.data.path == configuration.data.path, !trained.dividesRows(as: configuration)
    {
      initial.notes += [
        "the rows are not divided as they were when the model was trained, which has learned from some that are now "
          + "held-out or test rows: with its --seed, --validation, --test and --fold they are"
      ]
    }
    return initial
  }

  /// What was decided when the model was trained: a network that begins with it gets rows prepared as its own were.
  private static let decided: [PartialKeyPath<Configuration> & Sendable] = [
    \.data.target, \.data.problem, \.data.reading.missing, \.data.reading.ignored, \.data.reading.categorical,
    \.data.reading.numeric, \.data.reading.dates, \.data.reading.dateOrder, \.data.sequenceID, \.data.time,
    \.data.text, \.data.source, \.data.vocabulary, \.data.maxLength, \.data.permutation, \.data.imageSize,
    \.data.coarse,
  ]

  /// Throws if a setting would prepare the rows in another way than those of the model were.
  private func refuseOtherPreparation(_ result: Configuration, of model: String) throws {
    guard let trained = try? experiment(besides: model) else { return }
    for path in Self.decided where isGiven(path) || experiment != nil {
      let setting = Setting.of(path)
      guard let value = setting.value(in: result)?.literal,
        value != setting.value(in: trained)?.literal
      else { continue }
      throw ValidationError(
        "\(setting.name) differs from what the model of --from was trained with, whose rows decide how these are "
          + "prepared: leave it out, or train without --from")
    }
  }

  /// What to write in place of an unknown task.
  private static func advice(on name: String) -> String {
    let nearest = TOMLText.nearest(to: name, among: BuiltInTask.choices)
    return (nearest.map { "did you mean '\($0)'? Choose " } ?? "choose ")
      + "\(taskList), an experiment file ending in .toml, or train on a file with --data"
  }

  private static var taskList: String { BuiltInTask.choices.joined(separator: ", ") }

  /// A flag that would do nothing is a mistake.
  private func refuseContradictions(_ result: Configuration) throws {
    for (setting, value) in given {
      guard let refusal = setting.contradiction(of: value, in: result, besides: isGiven) else { continue }
      throw ValidationError("\(setting.name) \(refusal)")
    }
    if isGiven(\.network.method), result.network.method == .settle, result.prior.rate != nil {
      throw ValidationError("--rate-prior belongs to --method paper: leave one of the two out")
    }
    try refuseMultiplier(result)
    let network = result.network.kind
    guard let data = try dataKind(result) else { return }
    if !network.suits.contains(data) {
      let advice = "does not learn from \(data.name): choose \(data.networks)"
      if let experiment, !isGiven(\.network.kind) {
        let refusal = "is \(network.rawValue), which \(advice)"
        if let error = ExperimentFile.error(of: Setting.of(\.network.kind), in: experiment, refusal) {
          throw error
        }
      }
      throw ValidationError("\(network.rawValue) \(advice)")
    }
    for (setting, value) in given { try setting.requireMeaning(value, in: result, from: data) }
    if let experiment, result.data.task?.rawValue != experiment {
      try ExperimentFile.requireMeaning(in: experiment, of: result, from: data, probes: opened.probes)
    }
  }

  /// Throws if a multiplier is given for channels that all have given widths.
  private func refuseMultiplier(_ result: Configuration) throws {
    guard result.network.widthMultiplier != nil, result.network.adaptsAllChannels else { return }
    if result.network.fixedWidths != nil {
      let reason =
        "--width-multiplier says nothing about channels that all have a --fixed-width: leave one of the two out"
      let causes: [PartialKeyPath<Configuration> & Sendable] = [
        \.network.widthMultiplier, \.network.fixedWidths, \.network.adapt,
      ]
      if causes.contains(where: isGiven) { throw ValidationError(reason) }
      if let experiment { throw ExperimentFile.error(of: reason, in: experiment) }
    }
    if from != nil && isGiven(\.network.widthMultiplier) {
      throw ValidationError(
        "--width-multiplier says nothing about channels that have the widths of the model of --from: leave it out"
      )
    }
  }

  /// What the data are, by which flags are judged; `nil`: that is not known, and loading says why.
  ///
  /// - Throws: why it is not known, but for ranks: they load together, so that it is said once.
  private func dataKind(_ result: Configuration) throws -> DataKind? {
    do throws(DataError) {
      return try Dataset.detectedKind(of: result.data, probes: opened.probes)
    } catch {
      if RankJob.isOneOfSeveral { return nil }
      throw error
    }
  }
}

extension Setting {
  /// Throws if a flag's value would do nothing in a run.
  ///
  /// - Parameter data: the kind of data that the run learns from.
  func requireMeaning(
    _ value: any SettingValue, in run: Configuration, from data: DataKind
  ) throws(ValidationError) {
    if let refusal = refusal(of: value, in: run, from: data) { throw ValidationError("\(name) \(refusal)") }
  }
}

extension Configuration {
  /// Whether the rows of the same file are divided alike.
  fileprivate func dividesRows(as other: Configuration) -> Bool {
    training.seed == other.training.seed && data.validation == other.data.validation
      && data.test == other.data.test && data.fold == other.data.fold && data.testPath == other.data.testPath
  }
}

import PlainText

extension Setting {
  /// Why another setting leaves a value without a meaning, whatever the data are, as the end of a sentence that begins
  /// with the setting's name; `nil`: none does.
  ///
  /// - Parameter isGiven: whether another setting is given in the same place, by a flag or in a file. What stands in the
  ///   other place is overridden, not contradicted.
  public func contradiction(
    of value: any SettingValue, in run: Configuration,
    besides isGiven: (PartialKeyPath<Configuration>) -> Bool
  ) -> String? {
    if isOfLearnedWidths && run.network.fixedWidths != nil {
      return "says nothing about a network of fixed widths: leave one of the two out"
    }
    if self.is(\.data.validation), run.data.fold != nil, isGiven(\.data.fold) {
      return "says nothing beside --fold, which says what is held out: leave one of the two out"
    }
    guard isOfMeasurements, value as? Switch != .off, let cause = run.causeOfPaper(among: isGiven) else {
      return nil
    }
    return "belongs to --method settle"
      + (cause.is(\.network.method) ? "" : ", and \(cause.name) to --method paper")
      + ": leave one of the two out"
  }

  /// Why a value changes nothing in a run that takes it all the same, as the end of a sentence that begins with the
  /// setting's name; `nil`: it does.
  public func idleness(in run: Configuration) -> String? {
    if self.is(\.training.momentum), run.training.optimizer == .adam {
      return "says nothing to adam: it goes with --optimizer sgd"
    }
    let isOfPrice = self.is(\.network.price) || self.is(\.network.priceUnit)
    if isOfPrice, run.network.settle == .off {
      return "says nothing beside --settle off, which measures no width"
    }
    return nil
  }

  /// Whether it decides the method, whose prior on weights and noise ordinary networks are trained with, too.
  public var decidesMethod: Bool {
    let settings: [PartialKeyPath<Configuration>] = [
      \.network.method, \.network.posterior, \.network.importanceScale, \.prior.rate,
    ]
    return settings.contains(where: self.is)
  }

  /// Whether it says how measurements set the widths, which the paper's method does not make.
  private var isOfMeasurements: Bool {
    let settings: [PartialKeyPath<Configuration>] = [\.network.price, \.network.priceUnit, \.network.settle]
    return settings.contains(where: self.is)
  }

  /// Why a value would do nothing in a run, as the end of a sentence that begins with the setting's name; `nil`: it means
  /// something, as far as its network and its data decide that.
  ///
  /// - Parameter data: the kind of data that the run learns from.
  public func refusal(
    of value: any SettingValue, in run: Configuration, from data: DataKind
  ) -> String? {
    // To leave augmentation out is right for every network.
    if value as? Bool == false { return nil }
    if !networks.contains(run.network.kind) {
      let names = alternatives(networks.map(\.rawValue))
      return "means nothing to \(run.network.kind.rawValue), only to \(names): leave it out"
    }
    if !self.data.contains(data) {
      let kinds = alternatives(self.data.map(\.name))
      return "says nothing about \(data.name), only about \(kinds): leave it out"
    }
    if run.data.task != nil && isOfFiles { return "goes with --data: a built-in task makes its own rows" }
    return nil
  }

  /// Whether it says how rows of files are read.
  private var isOfFiles: Bool {
    let others: [PartialKeyPath<Configuration>] = [
      \.data.task, \.data.path, \.data.validation, \.data.test, \.data.fold,
    ]
    return section == .data && !others.contains(where: self.is)
  }
}

extension Configuration {
  /// The first of the given settings for which the paper's method is in force; `nil`: none is the cause, or it is not.
  fileprivate func causeOfPaper(among isGiven: (PartialKeyPath<Configuration>) -> Bool) -> Setting? {
    let causes: [(Bool, PartialKeyPath<Configuration>)] = [
      (network.method == .paper, \.network.method), (network.posterior == .gaussian, \.network.posterior),
      (prior.rate != nil, \.prior.rate),
    ]
    return causes.first { $0.0 && isGiven($0.1) }.map { Setting.of($0.1) }
  }
}

extension NetworkOptions {
  /// Whether the network has channels, and the widths of all of them are learned or given. The width multiplier then
  /// decides only the widths that learning begins with.
  public var adaptsAllChannels: Bool {
    !channelLayers.isEmpty && channelLayers.allSatisfy { adapts($0.place) }
  }
}

import PlainText

extension Setting {
  /// Why a value would do nothing in a run, as the end of a sentence that begins with the setting's name; `nil`: it means
  /// something.
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

extension NetworkOptions {
  /// Whether the network has channels, and the widths of all of them are learned or given. The width multiplier then
  /// decides only the widths that learning begins with.
  public var adaptsAllChannels: Bool {
    !channelLayers.isEmpty && channelLayers.allSatisfy { adapts($0.place) }
  }
}

extension Setting {
  /// For help: one sentence that ends with the default.
  public var help: String { "\(summary) (default: \(defaultText))." }

  /// The default, or all of them with what each is for: `100; 10 for translations; 50 for graphs`.
  private var defaultText: String {
    let cases = DefaultCase.all(of: self)
    var groups: [(text: String, cases: [DefaultCase])] = []
    for item in cases {
      let text = text(in: item.configuration)
      if let index = groups.firstIndex(where: { $0.text == text }) {
        groups[index].cases.append(item)
      } else {
        groups.append((text, [item]))
      }
    }
    guard groups.count > 1 else { return groups.first?.text ?? "none" }
    let isOfOneKind = Set(cases.map(\.data)).count == 1
    return groups.map { text, members in
      // What holds for tables holds unless something else is said.
      if members[0].isDefault && members[0].data == .table { return text }
      let labels =
        self.is(\.network.kind)
        ? members.map(\.data.name) : Self.labels(members, of: cases, isOfOneKind: isOfOneKind)
      return "\(text) for \(Self.joined(labels))"
    }.joined(separator: "; ")
  }

  /// A network's name alone where the group has all of its data.
  private static func labels(_ group: [DefaultCase], of all: [DefaultCase], isOfOneKind: Bool) -> [String] {
    var labels: [String] = []
    for item in group {
      let isWhole: (DefaultCase) -> Bool = { $0.task == nil && $0.network == item.network }
      let label =
        if let task = item.task {
          task.rawValue
        } else if isOfOneKind
          || (all.count(where: isWhole) > 1 && all.count(where: isWhole) == group.count(where: isWhole))
        {
          item.network.rawValue
        } else if item.isDefault {
          item.data.name
        } else {
          "\(item.network.rawValue) on \(item.data.name)"
        }
      if !labels.contains(label) { labels.append(label) }
    }
    return labels
  }

  private static func joined(_ labels: [String]) -> String {
    guard labels.count > 1 else { return labels.first ?? "" }
    return labels.dropLast().joined(separator: ", ") + " and " + labels[labels.count - 1]
  }

  /// The value of a configuration as help writes it.
  public func text(in configuration: Configuration) -> String {
    switch value(in: configuration)?.literal {
    case .whole(let value): "\(value)"
    case .number(let value): value == value.rounded() && abs(value) < 1e9 ? "\(Int(value))" : "\(value)"
    case .text(let text): text
    case .flag(let isOn): isOn ? "yes" : "no"
    case .wholes(let values): values.map(String.init).joined(separator: ",")
    case .texts(let names): names.joined(separator: ",")
    case .numbers(let values):
      values.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
    case nil: absence ?? "none"
    }
  }
}

/// A combination of data and network that has defaults of its own.
struct DefaultCase {
  var network: NetworkKind
  var data: DataKind
  var task: BuiltInTask?
  var configuration: Configuration

  /// Whether the network is what such data are learned with unless another one is asked for.
  var isDefault: Bool { task == nil && data.defaultNetwork == network }

  /// Those that a setting means something to.
  static func all(of setting: Setting) -> [DefaultCase] {
    let files = DataKind.allCases.flatMap { data in
      NetworkKind.allCases.filter { $0.suits.contains(data) }.map { network in
        DefaultCase(
          network: network, data: data,
          configuration: .defaults(forData: DataOptions(), name: "", kind: data, network: network))
      }
    }
    let tasks = BuiltInTask.allCases.map {
      DefaultCase(network: .mlp, data: .table, task: $0, configuration: .defaults(for: $0))
    }
    return (files + tasks).filter { item in
      // Which network is the default depends on the data alone.
      let isAsked = !setting.is(\.network.kind) || item.isDefault
      return isAsked && setting.networks.contains(item.network) && setting.data.contains(item.data)
    }
  }
}

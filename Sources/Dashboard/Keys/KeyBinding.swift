import Canvas

/// One row of the table of commands, from which dispatch, footer, help, palette, manual and README are made.
public struct KeyBinding: Sendable {
  /// What it does: one command, or several that belong together, such as two directions.
  public let ways: [Way]
  /// Where the list of standard keys is too long to show: "1…9".
  public let keyRange: String?
  /// In the footer: "truncate".
  public let name: String
  /// In help and manual, a sentence without its full stop.
  public let description: String
  /// Where the help lists it.
  public let group: Group
  /// It changes the network or how it is trained.
  public let changesModel: Bool
  /// Place in the footer, the smallest first; `nil`: not there.
  let footerRank: Int?
  /// What it would do now, where that differs from its name.
  private let nameIn: (@Sendable (State) -> String)?
  let availabilityIn: @Sendable (State) -> Availability
  /// Takes the index of the way.
  let perform: @Sendable (inout State, Int) -> [Effect]

  /// One command: what keys are bound to.
  public struct Way: Sendable {
    /// Its name in the palette and in the user's settings; never changed.
    public let id: String
    /// Its standard keys; any of them.
    public let keys: [Key]
    /// What it does by itself, a sentence without its full stop.
    public let description: String

    init(_ id: String, _ keys: [Key], _ description: String) {
      self.id = id
      self.keys = keys
      self.description = description
    }
  }

  /// Headings of the help.
  public enum Group: String, CaseIterable, Sendable {
    case run = "the run"
    case cut = "the cut"
    case edit = "editing the network"
    case view = "the view"
    case program = "the program"
  }

  /// Whether a command can be used now.
  public enum Availability: Equatable, Sendable {
    case available
    /// A sentence that says why not.
    case unavailable(String)
  }

  init(
    _ id: String, _ keys: [Key], _ name: String, _ description: String, group: Group,
    changesModel: Bool = false, footer: Int? = nil, now nameIn: (@Sendable (State) -> String)? = nil,
    when availability: @escaping @Sendable (State) -> Availability = { _ in .available },
    perform: @escaping @Sendable (inout State, Int) -> [Effect]
  ) {
    self.init(
      [Way(id, keys, description)], name, description, group: group, changesModel: changesModel,
      footer: footer, now: nameIn, when: availability, perform: perform)
  }

  init(
    _ ways: [Way], range: String? = nil, _ name: String, _ description: String, group: Group,
    changesModel: Bool = false, footer: Int? = nil, now nameIn: (@Sendable (State) -> String)? = nil,
    when availability: @escaping @Sendable (State) -> Availability = { _ in .available },
    perform: @escaping @Sendable (inout State, Int) -> [Effect]
  ) {
    self.ways = ways
    keyRange = range
    self.name = name
    self.description = description
    self.group = group
    self.changesModel = changesModel
    footerRank = footer
    self.nameIn = nameIn
    availabilityIn = availability
    self.perform = perform
  }

  /// What the footer calls it now.
  public func name(in state: State) -> String { nameIn?(state) ?? name }

  /// Whether the command can be used now, or why not.
  public func availability(in state: State) -> Availability { availabilityIn(state) }

  /// Every command, in the order the help shows them.
  public static let all: [KeyBinding] =
    runBindings + cutBindings + editBindings + viewBindings + chartBindings + programBindings
}

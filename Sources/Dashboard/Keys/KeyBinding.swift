import Canvas

/// One row of the table of commands, from which dispatch, footer, help, palette, manual and README are made.
public struct KeyBinding: Sendable {
  /// One command, or several that belong together, such as two directions.
  public let commands: [KeyCommand]
  /// Where the list of standard keys is too long to show: "1…9".
  public let keyRange: String?
  /// In the footer: "truncate".
  public let name: String
  /// In help and manual, a sentence without its full stop.
  public let description: String
  /// Where the help lists it.
  public let group: Group
  /// Whether it changes the network or how it is trained.
  public let changesModel: Bool
  /// What it would do now, where that differs from its name.
  private let nameIn: (@Sendable (State) -> String)?
  let availabilityIn: @Sendable (State) -> Availability

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

  /// A row of one command.
  init(
    _ id: String, _ keys: [Key], _ name: String, _ description: String, group: Group,
    changesModel: Bool = false, now nameIn: (@Sendable (State) -> String)? = nil,
    when availability: @escaping @Sendable (State) -> Availability = { _ in .available },
    perform: @escaping KeyCommand.Perform
  ) {
    self.init(
      [KeyCommand(id, keys, description, perform: perform)], name, description, group: group,
      changesModel: changesModel, now: nameIn, when: availability)
  }

  /// A row of several commands.
  init(
    _ commands: [KeyCommand], range: String? = nil, _ name: String, _ description: String, group: Group,
    changesModel: Bool = false, now nameIn: (@Sendable (State) -> String)? = nil,
    when availability: @escaping @Sendable (State) -> Availability = { _ in .available }
  ) {
    self.commands = commands
    keyRange = range
    self.name = name
    self.description = description
    self.group = group
    self.changesModel = changesModel
    self.nameIn = nameIn
    availabilityIn = availability
  }

  /// What the footer calls it now.
  public func name(in state: State) -> String { nameIn?(state) ?? name }

  /// Whether the command can be used now, or why not.
  public func availability(in state: State) -> Availability { availabilityIn(state) }

  /// Every command, in the order the help shows them.
  public static let all: [KeyBinding] =
    runBindings + cutBindings + editBindings + viewBindings + pageBindings + chartBindings + mouseBindings
    + programBindings
}

/// One command that keys are bound to.
public struct KeyCommand: Sendable {
  /// Changes the state and returns what else is to be done.
  typealias Perform = @Sendable (inout State) -> [Effect]

  /// Its name in the palette and in the user's settings; never changed.
  public let id: String
  /// Its standard keys; any of them.
  public let keys: [Key]
  /// What it does, a sentence without its full stop.
  public let description: String
  let perform: Perform

  init(_ id: String, _ keys: [Key], _ description: String, perform: @escaping Perform) {
    self.id = id
    self.keys = keys
    self.description = description
    self.perform = perform
  }
}

import Canvas
/// One command of the dashboard. Dispatch, footer and help are made from the same table of these.
public struct KeyBinding: Sendable {
  /// Any of them.
  public let keys: [Key]
  /// Where the list of keys is too long to show: "1…9".
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
  let perform: @Sendable (inout State, Key) -> [Effect]

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
    _ keys: [Key], range: String? = nil, _ name: String, _ description: String, group: Group,
    changesModel: Bool = false, footer: Int? = nil, now nameIn: (@Sendable (State) -> String)? = nil,
    when availability: @escaping @Sendable (State) -> Availability = { _ in .available },
    perform: @escaping @Sendable (inout State, Key) -> [Effect]
  ) {
    self.keys = keys
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

  /// The keys as shown: "← →".
  package func keyNames(in glyphs: GlyphSet) -> String {
    keyRange ?? keys.map { $0.name(in: glyphs) }.joined(separator: " ")
  }

  /// What the footer calls it now.
  public func name(in state: State) -> String { nameIn?(state) ?? name }

  /// Whether the command can be used now, or why not.
  public func availability(in state: State) -> Availability { availabilityIn(state) }

  /// Every command, in the order the help shows them.
  public static let all: [KeyBinding] =
    runBindings + cutBindings + editBindings + viewBindings + chartBindings + programBindings

  static let byKey: [Key: KeyBinding] = Dictionary(
    uniqueKeysWithValues: all.flatMap { binding in binding.keys.map { ($0, binding) } })
}

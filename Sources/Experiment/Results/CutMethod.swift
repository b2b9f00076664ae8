/// Which neurons of a layer a cut keeps, and what becomes of the weights that leave them.
public enum CutMethod: String, Codable, CaseIterable, Sendable {
  /// The first ones, with their weights: the function less the tail.
  case plain
  /// The first ones. What leaves them is refitted by least squares to what the uncut network gave the layer's readers.
  case repaired
  /// As `repaired`, with the neurons that together explain most of it, best first.
  case best

  /// Whether weights are refitted.
  public var isRepaired: Bool { self != .plain }
}

/// Measured milliseconds that one forward pass of a network takes, on one thread and beside whatever else the machine
/// does: they carry its noise.
public struct InferenceTimes: Codable, Equatable, Sendable {
  /// The time of one observation.
  public var single: Double
  /// The time of `batchSize` observations at once.
  public var batch: Double

  public static let batchSize = 128

  public init(single: Double, batch: Double) {
    (self.single, self.batch) = (single, batch)
  }
}

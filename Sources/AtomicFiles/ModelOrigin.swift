/// Where a network comes from.
public struct ModelOrigin: Codable, Equatable, Sendable {
  /// The name of the run.
  public var name: String
  public var seed: UInt64
  /// Updates done.
  public var step: Int
  /// Epochs done, with the fraction of the current one.
  public var epoch: Double
  /// The version of the program that wrote it.
  public var version: String

  public init(name: String, seed: UInt64 = 0, step: Int = 0, epoch: Double = 0, version: String = "") {
    self.name = name
    self.seed = seed
    self.step = step
    self.epoch = epoch
    self.version = version
  }
}

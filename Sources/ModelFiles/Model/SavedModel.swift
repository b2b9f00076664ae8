import AdaptiveWidth
import Datasets
import Experiment

/// A network with what it takes to use it on other data, and, if it has an optimiser, to train it on.
public struct SavedModel: Sendable {
  public var network: Network
  /// How rows of a file become the network's inputs; `nil`: its user knows.
  public var preparation: Preparation?
  /// With one, the moments of every parameter are kept too, and training goes on bit-identically. Without, the file
  /// is a third as large.
  public var optimizer: Optimizer?
  /// On held-out rows; `nil`: not measured.
  public var metrics: Metrics?
  public var origin: Origin

  /// Where a network comes from.
  public struct Origin: Codable, Equatable, Sendable {
    /// Of the run.
    public var name: String
    public var seed: UInt64
    /// Updates done.
    public var step: Int
    /// Epochs done, with the fraction of the current one.
    public var epoch: Double
    /// Of the program that wrote it.
    public var version: String

    public init(name: String, seed: UInt64 = 0, step: Int = 0, epoch: Double = 0, version: String = "") {
      self.name = name
      self.seed = seed
      self.step = step
      self.epoch = epoch
      self.version = version
    }
  }

  public init(
    network: Network, preparation: Preparation? = nil, optimizer: Optimizer? = nil, metrics: Metrics? = nil,
    origin: Origin
  ) {
    self.network = network
    self.preparation = preparation
    self.optimizer = optimizer
    self.metrics = metrics
    self.origin = origin
  }
}

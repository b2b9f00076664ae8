import AdaptiveWidth
import AtomicFiles
import Datasets
import Experiment

/// A network with what it takes to use it on other data and, if it has an optimizer, to continue its training.
public struct SavedModel: Sendable {
  public var network: Network
  /// How rows of a file become the network's inputs; `nil` if only the user knows.
  public var preparation: Preparation?
  /// With an optimizer, the moments of every parameter are stored too, and training continues bit-identically. Without
  /// one, the file is a third as large.
  public var optimizer: Optimizer?
  /// On held-out rows; `nil` if not measured.
  public var metrics: Metrics?
  public var origin: Origin
  /// A network of the same run that training may return to: what a search rolls back to, the best network so far, or,
  /// once a run has ended with its best, the last one. Its tensors are in the same file, as `best.blocks.N.NAME`.
  public var best: Best?
  /// The uncut network, which teaches the cut one; its tensors are in the same file, as `teacher.blocks.N.NAME`.
  public var teacher: Network?

  /// An earlier network with its optimizer, moments included. Architecture and kind of optimizer are those of the
  /// model; learned widths may differ.
  public struct Best: Sendable {
    public var network: Network
    public var optimizer: Optimizer

    public init(network: Network, optimizer: Optimizer) {
      (self.network, self.optimizer) = (network, optimizer)
    }
  }

  public typealias Origin = ModelOrigin

  public init(
    network: Network, preparation: Preparation? = nil, optimizer: Optimizer? = nil, metrics: Metrics? = nil,
    origin: Origin, best: Best? = nil, teacher: Network? = nil
  ) {
    self.network = network
    self.preparation = preparation
    self.optimizer = optimizer
    self.metrics = metrics
    self.origin = origin
    self.best = best
    self.teacher = teacher
  }
}

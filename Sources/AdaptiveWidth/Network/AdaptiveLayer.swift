/// Neurons that share one learned width and one rate, and the blocks that have to do with them.
///
/// Usually one block writes the neurons and others read them. Where the outputs of several adaptive blocks meet in a
/// neuronwise block, such as the sum of a residual stream, or one adds another's to its own, their neurons are the same
/// ones: the blocks form one layer. Each of them holds an equal `Adaptation`, which the network edits alike; the gradient of the rate is the sum of
/// theirs.
public struct AdaptiveLayer: Equatable, Sendable {
  /// Indices of the adaptive blocks, in increasing order; at least one.
  public let writers: [Int]
  /// Indices of the neuronwise blocks that pass the neurons on, in increasing order; mostly none.
  public let carriers: [Int]
  /// Indices of the blocks whose weights multiply the neurons, in increasing order: the writer itself if it reads its
  /// own neurons.
  public let readers: [Int]
  /// Indices of the blocks that add the neurons to values of another width, in increasing order; mostly none.
  public let followers: [Int]
  /// The index of the recurrent block whose state the neurons are, among the writers and the readers; `nil`: they are no
  /// state. Neurons inside that block are another layer.
  public let state: Int?

  /// The layers of a network, in the order in which their neurons are read, the input's side first.
  ///
  /// - Parameters:
  ///   - sources: for each block what it reads.
  ///   - consumers: for each block those that read it.
  ///   - capabilities: of each block.
  /// - Returns: the error, as a clause, if something that reads neurons of a learned width cannot follow it.
  static func layers(
    sources: [[Int]], consumers: [[Int]], _ capabilities: [Capabilities]
  ) -> Result<[AdaptiveLayer], LayerError> {
    let groups: NeuronGroups
    do throws(LayerError) {
      groups = try NeuronGroups(sources: sources, capabilities)
    } catch {
      return .failure(error)
    }
    var (writers, carriers) = ([Int: [Int]](), [Int: [Int]]())
    var (readers, followers) = ([Int: Set<Int>](), [Int: Set<Int>]())
    var states: [Int: Int] = [:]
    func isCarrier(_ index: Int) -> Bool {
      groups.root(index) != nil && !capabilities[index].writesOutput
    }
    for index in sources.indices {
      if capabilities[index].readsOwnNeurons {
        writers[index] = [index]
        readers[index] = [index]
      }
      guard let root = groups.root(index) else { continue }
      if isCarrier(index) {
        carriers[root, default: []].append(index)
      } else {
        writers[root, default: []].append(index)
      }
      if capabilities[index].state != nil {
        guard let summand = sources[index].first, summand != LayerNode.batch, capabilities[summand].isSummand
        else { return .failure(.hasNoSummand(index)) }
        states[root] = index
        readers[root, default: []].insert(index)
      }
      if capabilities[index].isSummand,
        !consumers[index].allSatisfy({ capabilities[$0].state != nil && sources[$0] == [index] })
      {
        return .failure(.isNoState(index))
      }
      for reader in consumers[index] where !isCarrier(reader) {
        let known = capabilities[reader]
        for position in sources[reader].indices where sources[reader][position] == index {
          if position == 0, known.elastic != nil {
            readers[root, default: []].insert(reader)
          } else if known.followedInputs.contains(position) {
            followers[root, default: []].insert(reader)
          } else if position != known.addedInput {
            return .failure(.cannotFollow(reader, width: index))
          }
        }
      }
    }
    let layers = writers.keys.sorted().map {
      AdaptiveLayer(
        writers: writers[$0]!, carriers: carriers[$0] ?? [], readers: readers[$0]?.sorted() ?? [],
        followers: followers[$0]?.sorted() ?? [], state: states[$0])
    }
    // Of a state and the neurons that read it in the same block, the state comes first.
    return .success(
      layers.sorted {
        ($0.readers.first ?? .max, $0.writers[0]) < ($1.readers.first ?? .max, $1.writers[0])
      })
  }

  enum LayerError: Error {
    /// A block adds up values of a learned width and of a fixed one.
    case meetsFixedWidth(Int)
    /// A block reads an output of learned width and cannot follow it.
    case cannotFollow(Int, width: Int)
    /// A summand of a state is read by something else.
    case isNoState(Int)
    /// A block with a state reads something else than a summand of it.
    case hasNoSummand(Int)

    var clause: String {
      switch self {
      case .meetsFixedWidth(let index): "block \(index) reads a value of learned width and one of fixed width"
      case .cannotFollow(_, let width):
        "the width of block \(width) is learned, but what reads it cannot follow"
      case .isNoState(let index): "block \(index) is a summand of a state, but is read by something else"
      case .hasNoSummand(let index): "block \(index) has a state of learned width, but reads no summand of it"
      }
    }
  }
}

/// The blocks whose outputs have the same neurons, of a learned width.
private struct NeuronGroups {
  /// For each block whose output has a learned width: a block with the same neurons; the first one stands for all.
  private var parents: [Int?]

  init(sources: [[Int]], _ capabilities: [Capabilities]) throws(AdaptiveLayer.LayerError) {
    parents = capabilities.map { _ in nil }
    for index in sources.indices {
      if capabilities[index].writesOutput {
        parents[index] = index
        guard let added = capabilities[index].addedInput else { continue }
        let source = sources[index][added]
        guard source != LayerNode.batch, let stream = root(source) else { throw .meetsFixedWidth(index) }
        parents[index] = stream
        continue
      }
      guard capabilities[index].neuronwise != nil else { continue }
      let roots = sources[index].map { $0 == LayerNode.batch ? nil : root($0) }
      let carried = capabilities[index].carriedInputs
      if let steady = roots.indices.first(where: { roots[$0] != nil && !carried.contains($0) }) {
        throw .cannotFollow(index, width: sources[index][steady])
      }
      let neurons = carried.map { roots[$0] }
      guard let first = neurons.compactMap({ $0 }).min() else { continue }
      if neurons.contains(nil) { throw .meetsFixedWidth(index) }
      parents[index] = first
      for case let other? in neurons { parents[other] = first }
    }
  }

  /// The block that stands for a block's neurons; `nil`: its output has no learned width.
  func root(_ index: Int) -> Int? {
    guard var current = parents[index] else { return nil }
    while let parent = parents[current], parent != current { current = parent }
    return current
  }
}

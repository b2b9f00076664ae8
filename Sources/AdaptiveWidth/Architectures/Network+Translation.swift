import LinearAlgebra

/// Translating with an encoder and a decoder.
extension Network {
  /// Greedy decoding of several texts side by side: each step appends the most probable next token, until it is `end`.
  ///
  /// The encoder is computed once; the decoder is computed again from its first token on for every new token.
  ///
  /// - Parameters:
  ///   - sources: tokens of each text, with what ends them.
  ///   - begin: the token a decoder is given first.
  ///   - limit: of a translation's length; by default twice that of the longest source, and ten.
  /// - Returns: tokens of each translation, without begin and end.
  public func translations(
    of sources: [[Int32]], begin: Int32, end: Int32, limit: Int? = nil, _ workspace: inout Workspace
  ) -> [[Int32]] {
    guard !sources.isEmpty, let decoder = decoderStart else { return [] }
    var batch = Batch(inputs: Matrix())
    batch.structure.tokens = sources.flatMap { $0 }
    batch.structure.offsets = sources.reduce(into: [0]) { $0.append($0[$0.count - 1] + Int32($1.count)) }
    var results: [[Int32]] = sources.map { _ in [] }
    var isOpen = sources.map { _ in true }
    let limit = limit ?? 2 * (sources.map(\.count).max() ?? 0) + 10
    for length in 0..<limit where isOpen.contains(true) {
      batch.structure.targetTokens = results.flatMap { [begin] + $0 }
      batch.structure.targetOffsets = results.reduce(into: [0]) {
        $0.append($0[$0.count - 1] + Int32($1.count) + 1)
      }
      workspace.prepare(for: self)
      forward(batch, (length == 0 ? 0 : decoder)..<blocks.count, &workspace)
      for index in results.indices where isOpen[index] {
        let row = Int(batch.structure.targetOffsets[index + 1]) - 1
        let next = Int32(workspace.output.largestColumn(ofRow: row))
        if next == end { isOpen[index] = false } else { results[index].append(next) }
      }
    }
    return results
  }

  /// Blocks from here on depend on the target; those before it, on the source alone. `nil` if nothing is translated.
  private var decoderStart: Int? {
    blocks.firstIndex { ($0 as? any TokenReader)?.side == .target }
  }
}

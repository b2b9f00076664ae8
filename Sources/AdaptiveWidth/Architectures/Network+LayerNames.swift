extension Network {
  /// Whether the neurons of an adaptive layer are channels of images that a convolution makes.
  public func isOfChannels(_ layer: Int) -> Bool {
    (blocks[adaptiveBlocks[layer]] as? ConvolutionBlock)?.convolution.isRowwise == false
  }

  /// Whether they are features of nodes that a graph network's layer makes, normalized as channels are.
  public func isOfFeatures(_ layer: Int) -> Bool {
    (blocks[adaptiveBlocks[layer]] as? ConvolutionBlock)?.convolution.isRowwise == true
  }

  /// Whether an adaptive layer begins with a given width, and not with the one that the initial rate means.
  public func beginsWithGivenWidth(_ layer: Int) -> Bool {
    blocks[adaptiveBlocks[layer]] is ConvolutionBlock || heads(layer) != nil || isOfState(layer)
  }

  /// Whether they are a recurrent cell's state.
  public func isOfState(_ layer: Int) -> Bool { adaptiveLayers[layer].state != nil }

  /// Whether the state of a recurrent cell has a learned width.
  package var hasLearnedState: Bool { adaptiveLayers.indices.contains(where: isOfState) }

  /// Whether channels of convolutions have learned widths: measurements of cuts then cost whole passes.
  public var hasLearnedChannels: Bool { adaptiveLayers.indices.contains(where: isOfChannels) }

  /// The heads whose values or queries the neurons of an adaptive layer are, a column in each; `nil` for other layers.
  public func heads(_ layer: Int) -> Int? { capabilities[adaptiveBlocks[layer]].heads }

  /// Titles of the adaptive layers as users see them: "layer 1", counted from 1, or "layer 4 (stage 2, block 1)".
  public var layerTitles: [String] {
    let names = layerNames
    return adaptiveLayers.indices.map { layer in
      "layer \(layer + 1)" + (names.map { " (\($0[layer]))" } ?? "")
    }
  }

  /// Names of the adaptive layers, where channels of convolutions, features of nodes, values of attention or a recurrent
  /// state are among them.
  /// `nil`: layers are known by their numbers.
  public var layerNames: [String]? {
    if hasLearnedChannels { return convolutionNames }
    if adaptiveLayers.indices.contains(where: isOfFeatures) { return graphNames }
    if hasLearnedState { return recurrentNames }
    return adaptiveLayers.indices.contains { heads($0) != nil } ? transformerNames : nil
  }

  /// `stage 2, block 1` inside a residual block, `stage 2, stream` for what its blocks add up, `convolution 1` elsewhere,
  /// and `head` behind the convolutions.
  private var convolutionNames: [String] {
    let dense = adaptiveLayers.indices.count { !isOfChannels($0) }
    // The blocks of a stage put out images of one height.
    let heights = blocks.compactMap { ($0 as? ConvolutionBlock)?.stageHeight }
    let stages = heights.reduce(into: [Int]()) { if $0.last != $1 { $0.append($1) } }
    func stage(_ block: ConvolutionBlock) -> Int {
      (stages.firstIndex(of: block.convolution.outputHeight) ?? 0) + 1
    }
    var (blocksOfStage, convolutions, heads) = ([Int: Int](), 0, 0)
    return adaptiveLayers.map { layer in
      guard let writer = blocks[layer.writers[0]] as? ConvolutionBlock else {
        heads += 1
        return dense == 1 ? "head" : "head, layer \(heads)"
      }
      if writer.writesStream { return "stage \(stage(writer)), stream" }
      guard let reader = layer.readers.first.flatMap({ blocks[$0] as? ConvolutionBlock }),
        reader.shortcut != nil
      else {
        convolutions += 1
        return "convolution \(convolutions)"
      }
      blocksOfStage[stage(reader), default: 0] += 1
      return "stage \(stage(reader)), block \(blocksOfStage[stage(reader)]!)"
    }
  }

  /// `layer 2, hidden` inside an MLP and `layer 2, features` behind it.
  private var graphNames: [String] {
    var (hidden, features) = (0, 0)
    return adaptiveLayers.indices.map { layer in
      if isOfFeatures(layer) {
        features += 1
        return "layer \(features), features"
      }
      hidden += 1
      return "layer \(hidden), hidden"
    }
  }

  /// `state`, and the hidden layers of the MLPs on both sides of it.
  private var recurrentNames: [String] {
    adaptiveLayers.map { layer in
      if layer.state != nil { return "state" }
      return layer.readers == layer.writers ? "state, hidden" : "input, hidden"
    }
  }

  /// `encoder 1, attention`, `decoder 2, cross-attention` or `decoder 2, feed-forward`; with queries and keys of learned
  /// width `encoder 1, query/key` and `decoder 1, cross query/key`. Every block begins with an attention to its own
  /// tokens.
  private var transformerNames: [String] {
    var (side, block, own) = ("encoder", 0, Int?.none)
    return adaptiveLayers.map { layer in
      let attention = layer.carriers.first ?? layer.writers[0]
      guard let kind = attentionKind(attention) else { return "\(side) \(block), feed-forward" }
      if kind != .cross && attention != own {
        let current = kind == .source ? "encoder" : "decoder"
        (side, block, own) = (current, current == side ? block + 1 : 1, attention)
      }
      let isOfQueries = layer.readers == [attention]
      let part = isOfQueries ? "query/key" : "attention"
      return "\(side) \(block), " + (kind == .cross ? (isOfQueries ? "cross " : "cross-") : "") + part
    }
  }

  private func attentionKind(_ index: Int) -> Attention.Kind? {
    (blocks[index] as? Attention)?.kind ?? (blocks[index] as? QueryKeyAttention)?.kind
  }
}

extension ConvolutionBlock {
  /// The height of its images if it ends a residual block.
  fileprivate var stageHeight: Int? { shortcut == nil ? nil : convolution.outputHeight }
}

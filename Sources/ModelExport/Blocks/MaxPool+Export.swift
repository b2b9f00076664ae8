import AdaptiveWidth

extension MaxPool: ExportableBlock {
  var facts: BlockFacts {
    var facts = BlockFacts(
      "max_pool", formula: "the largest of kernel x kernel pixels; an odd last line or column is left out")
    (facts.kernel, facts.stride, facts.image) = (2, 2, image)
    return facts
  }

  func addNodes(
    _ context: NodeContext, to builder: inout GraphBuilder
  ) throws(ExportError) -> GraphValue {
    let pooled = builder.node(
      "MaxPool", try builder.image(0, of: context, image, name: context.name), name: context.name,
      [.integers("kernel_shape", [2, 2]), .integers("strides", [2, 2])])
    let extent = ImageExtent(height: image.height / 2, width: image.width / 2, channels: image.channels)
    return GraphValue(name: pooled, form: .image(extent))
  }
}

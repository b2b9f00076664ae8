import AdaptiveWidth

extension GlobalAveragePool: ExportableBlock {
  var facts: BlockFacts { BlockFacts("average_pool", formula: "the mean of all pixels, channel by channel") }

  func addNodes(
    _ context: NodeContext, to builder: inout GraphBuilder
  ) throws(ExportError) -> GraphValue {
    let (value, name) = (context.sources[0], context.name)
    if case .image(let extent) = value.form, extent.channels == channels {
      let mean = builder.node("GlobalAveragePool", value.name, name: "\(name) mean")
      return GraphValue(name: builder.node("Flatten", mean, name: name))
    }
    // Extents are not known, but the mean does not depend on how pixels lie in the plane.
    let rows = builder.rows(value, name: name)
    guard case .rows = rows.form else { throw context.unsupportedInput }
    let shape = builder.constant([-1, Int64(pixels), Int64(channels)], shape: [3], name: "\(name) shape")
    let split = builder.node("Reshape", rows.name, shape, name: "\(name) pixels")
    return GraphValue(
      name: builder.node(
        "ReduceMean", split, name: name, [.integers("axes", [1]), .integer("keepdims", 0)]))
  }
}

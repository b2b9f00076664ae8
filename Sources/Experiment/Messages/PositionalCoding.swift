/// Kinds of events as older versions wrote them: values without a label were named by their positions.
struct PositionalKind: Decodable {
  var kind: Event.Kind

  private enum Case: CodingKey {
    case compressionStep, policyChanged, paceChanged, learningRateChanged, testEvaluated, warning
  }

  private enum Value: CodingKey { case layer, from, to, backTo, _0, _1, _3 }

  /// Throws for all other kinds, and for the present form.
  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Case.self)
    guard let name = container.allKeys.first else {
      throw DecodingError.dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: "other kind"))
    }
    let values = try container.nestedContainer(keyedBy: Value.self, forKey: name)
    kind =
      switch name {
      case .compressionStep:
        .compressionStep(
          layer: try values.decode(Int.self, forKey: .layer),
          from: try values.decode(Int.self, forKey: .from),
          to: try values.decode(Int.self, forKey: .to),
          try values.decode(CompressionVerdict.self, forKey: ._3),
          backTo: try values.decodeIfPresent(Int.self, forKey: .backTo))
      case .policyChanged:
        .policyChanged(
          layer: try values.decode(Int.self, forKey: .layer),
          try values.decode(WidthPolicy.self, forKey: ._1))
      case .paceChanged: .paceChanged(try values.decode(Double.self, forKey: ._0))
      case .learningRateChanged: .learningRateChanged(try values.decode(Double.self, forKey: ._0))
      case .testEvaluated: .testEvaluated(try values.decode(Metrics.self, forKey: ._0))
      case .warning: .warning(try values.decode(String.self, forKey: ._0))
      }
  }
}

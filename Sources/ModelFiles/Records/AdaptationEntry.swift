import AdaptiveWidth

/// An adaptation's state in the JSON file, with the rate and the width that follow from it, for people who read the
/// file.
struct AdaptationEntry: Codable, Sendable {
  var state: Adaptation.State
  var rate: Double
  var width: Int

  private enum CodingKeys: String, CodingKey { case rate, width }

  init(_ adaptation: Adaptation, withMoments: Bool) {
    state = adaptation.state(withMoments: withMoments)
    rate = adaptation.rate
    width = adaptation.width
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    state = try Adaptation.State(from: decoder)
    rate = try container.decode(Double.self, forKey: .rate)
    width = try container.decode(Int.self, forKey: .width)
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(rate, forKey: .rate)
    try container.encode(width, forKey: .width)
    try state.encode(to: encoder)
  }

  /// Why there is no such adaptation, as a clause; `nil` if there is one.
  var validationError: String? {
    if let error = state.problem(width: width) { return error }
    guard abs(rate - state.rate) <= 1e-9 * state.rate else {
      return "the rate is \(rate), but raw means \(state.rate)"
    }
    return nil
  }
}

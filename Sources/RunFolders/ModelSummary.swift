import AtomicFiles
import Experiment
import Foundation
import JSONText

/// What a model's JSON file says of it, for lists of models: neither tensors nor their seal are read.
package struct ModelSummary: Decodable, Sendable {
  package var origin: ModelOrigin
  package var metrics: Metrics?
  /// The widths of the adaptive layers.
  package var widths: [Int]

  private struct Block: Decodable {
    struct Adaptation: Decodable { var width: Int }
    var adaptation: Adaptation?
  }

  private struct Network: Decodable { var blocks: [Block] }

  private enum CodingKeys: CodingKey { case origin, metrics, network }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    origin = try container.decode(ModelOrigin.self, forKey: .origin)
    metrics = try container.decodeIfPresent(Metrics.self, forKey: .metrics)
    widths = try container.decode(Network.self, forKey: .network).blocks.compactMap { $0.adaptation?.width }
  }

  /// `nil`: there is none, or its file is damaged.
  package init?(of location: ModelLocation) {
    guard let data = try? AtomicFile.read(location.document, limit: 64 << 20),
      let summary = try? JSONFormat.decoder().decode(Self.self, from: data)
    else { return nil }
    self = summary
  }
}

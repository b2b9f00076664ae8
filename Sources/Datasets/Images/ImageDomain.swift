import Experiment

/// Images whose features are their pixels.
struct ImageDomain: Domain {
  let shape: ImageShape

  var kind: DataKind { shape.channels == 1 ? .images : .colorImages }
  var image: ImageShape? { shape }

  /// Row by row; the channels of a pixel one after the other.
  var featureNames: [String] {
    (0..<shape.height * shape.width * shape.channels).map { index in
      let (pixel, channel) = index.quotientAndRemainder(dividingBy: shape.channels)
      let name = "pixel \(pixel / shape.width),\(pixel % shape.width)"
      return switch shape.channels {
      case 1: name
      case 3: "\(name) \(["red", "green", "blue"][channel])"
      default: "\(name) channel \(channel)"
      }
    }
  }

  func inputShape(features: Int) -> InputShape {
    .image(width: shape.width, height: shape.height, channels: shape.channels)
  }

  func fits(_ target: Preparation.Target, features: Int) -> Bool {
    target.isOneAnObservation && features > 0 && shape.size == features
  }
}

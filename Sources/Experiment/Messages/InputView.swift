/// What the network makes of its inputs, in the form that suits them.
public enum InputView: Codable, Equatable, Sendable {
  /// Two inputs, classes: who wins where.
  case plane(DecisionMap)
  /// Images with their predicted and true classes.
  case images([SampleImage])
  /// Anything else with classes: accuracy of each, on held-out rows.
  case classes([ClassAccuracy])
  /// Anything else with numbers: predicted against true, on held-out rows.
  case scatter([PredictedValue])
  /// Held-out sequences with the states of the network as it reads them.
  case sequences([SampleSequence])
  /// Held-out texts, what the network makes of them, and their translations.
  case translations([SampleTranslation])
}

/// The winning class over a rectangle of the plane, and the held-out rows in it, in the inputs' own units.
public struct DecisionMap: Codable, Equatable, Sendable {
  public var columns: Int
  public var rows: Int
  public var x: ClosedRange<Double>
  public var y: ClosedRange<Double>
  /// [rows, columns], top row (largest y) first.
  @Packed public var classes: [UInt8]
  /// The winner's probability, same shape.
  @Packed public var confidence: [Float]
  @Packed public var points: [Point]
  /// In the order of their numbers; empty: not known.
  public var classNames: [String] = []
  /// The names of the two inputs; empty: not known.
  public var names: [String] = []

  public struct Point: PackableElement, Equatable, Sendable {
    public var x: Float
    public var y: Float
    public var label: UInt8

    public init(x: Float, y: Float, label: UInt8) {
      self.x = x
      self.y = y
      self.label = label
    }

    /// The coordinates of all, and their classes.
    public struct Packed: Codable {
      fileprivate var x: String
      fileprivate var y: String
      fileprivate var labels: String
    }

    public static func packed(_ points: [Point]) -> Packed {
      Packed(
        x: Float.packed(points.map(\.x)), y: Float.packed(points.map(\.y)),
        labels: UInt8.packed(points.map(\.label)))
    }

    public static func unpacked(_ packed: Packed) -> [Point]? {
      guard let x = Float.unpacked(packed.x), let y = Float.unpacked(packed.y),
        let labels = UInt8.unpacked(packed.labels), x.count == y.count, x.count == labels.count
      else { return nil }
      return x.indices.map { Point(x: x[$0], y: y[$0], label: labels[$0]) }
    }
  }

  public init(
    columns: Int, rows: Int, x: ClosedRange<Double>, y: ClosedRange<Double>, classes: [UInt8],
    confidence: [Float], points: [Point]
  ) {
    self.columns = columns
    self.rows = rows
    self.x = x
    self.y = y
    self.classes = classes
    self.confidence = confidence
    self.points = points
  }
}

/// A held-out image.
public struct SampleImage: Codable, Equatable, Sendable {
  public var width: Int
  public var height: Int
  /// 1: gray; 3: red, green and blue.
  public var channels: Int
  /// [height, width, channels], 0 dark … 255 bright.
  @Packed public var pixels: [UInt8]
  public var predicted: String
  public var actual: String

  public init(
    width: Int, height: Int, channels: Int = 1, pixels: [UInt8], predicted: String, actual: String
  ) {
    self.width = width
    self.height = height
    self.channels = channels
    self.pixels = pixels
    self.predicted = predicted
    self.actual = actual
  }
}

public struct ClassAccuracy: Codable, Equatable, Sendable {
  public var name: String
  /// Held-out rows of this class.
  public var rows: Int
  public var accuracy: Double

  public init(name: String, rows: Int, accuracy: Double) {
    self.name = name
    self.rows = rows
    self.accuracy = accuracy
  }
}

/// A held-out sequence, and what a recurrent network remembers of it step by step.
public struct SampleSequence: Codable, Equatable, Sendable {
  /// The name of the feature that is shown.
  public var name: String
  /// Its values, one per step, in its own unit.
  @Packed public var values: [Float]
  /// How many numbers a state consists of.
  public var units: Int
  /// [units, steps], each in −1 … 1.
  @Packed public var states: [Float]
  public var predicted: String
  public var actual: String
  public var isRight: Bool

  public init(
    name: String, values: [Float], units: Int, states: [Float], predicted: String, actual: String,
    isRight: Bool
  ) {
    self.name = name
    self.values = values
    self.units = units
    self.states = states
    self.predicted = predicted
    self.actual = actual
    self.isRight = isRight
  }
}

/// A held-out text, its translation by the network, and the one it learns from.
public struct SampleTranslation: Codable, Equatable, Sendable {
  public var source: String
  public var prediction: String
  public var reference: String

  public init(source: String, prediction: String, reference: String) {
    self.source = source
    self.prediction = prediction
    self.reference = reference
  }
}

/// In the target's own unit.
public struct PredictedValue: Codable, Equatable, Sendable {
  public var actual: Float
  public var predicted: Float

  public init(actual: Float, predicted: Float) {
    self.actual = actual
    self.predicted = predicted
  }
}

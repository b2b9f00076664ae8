import Foundation

/// The JSON that this program writes and reads: keys in order, slashes as they are, and numbers that are not finite as
/// the strings `Infinity`, `-Infinity` and `NaN`.
public enum JSONFormat {
  private static let (infinity, negativeInfinity, nan) = ("Infinity", "-Infinity", "NaN")

  /// - Parameters:
  ///   - isIndented: whether the text has a line for each member, for people who read it.
  ///   - convertsKeysToSnakeCase: for types without coding keys of their own. Keys of dictionaries stay.
  public static func encoder(isIndented: Bool = false, convertsKeysToSnakeCase: Bool = false) -> JSONEncoder {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    if isIndented { encoder.outputFormatting.insert(.prettyPrinted) }
    if convertsKeysToSnakeCase { encoder.keyEncodingStrategy = .convertToSnakeCase }
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: infinity, negativeInfinity: negativeInfinity, nan: nan)
    return encoder
  }

  /// Reads what `encoder` writes, keys as they stand.
  public static func decoder() -> JSONDecoder {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: infinity, negativeInfinity: negativeInfinity, nan: nan)
    return decoder
  }

  /// The value on one line, without a line break at its end. Equal values give equal text.
  public static func line(_ value: some Encodable, convertsKeysToSnakeCase: Bool = false) throws -> String {
    let data = try encoder(convertsKeysToSnakeCase: convertsKeysToSnakeCase).encode(value)
    return String(decoding: data, as: UTF8.self)
  }
}

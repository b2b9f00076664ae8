/// What is wrong with a file or with writing it: facts, of which `description` makes one sentence.
public struct ModelFileError: Error, Equatable, Sendable {
  /// As given by the user, or made from it.
  public var file: String
  /// What is wrong, with the facts of it.
  public var reason: Reason

  /// An error in a file.
  public init(_ reason: Reason, file: String) {
    self.reason = reason
    self.file = file
  }

  /// Everything that can be wrong.
  public enum Reason: Error, Equatable, Sendable {
    // Reaching the file; codes are those of `errno`.
    case notFound
    case notAFile
    case unreadable(code: Int32)
    case unwritable(code: Int32)
    case tooLarge(bytes: Int, limit: Int)
    /// A folder without the JSON file of this name.
    case noModelInFolder(name: String)
    /// Neither JSON nor safetensors by its name.
    case notAModel

    // Safetensors.
    case tooShort(bytes: Int)
    case headerLength(UInt64, bytes: Int)
    case headerNotUTF8
    /// `byte`: from the start of the file.
    case badHeader(byte: Int, expected: String)
    case duplicateTensor(String)
    case unsupportedType(tensor: String, type: String)
    case reversedOffsets(tensor: String, begin: Int, end: Int)
    case cutOff(tensor: String, end: Int, bytes: Int)
    case sizeMismatch(tensor: String, shape: [Int], type: String, bytes: Int)
    case gap(tensor: String, begin: Int, expected: Int)
    case trailingBytes(Int)

    // The JSON file.
    case badJSON(detail: String)
    case missingField(String)
    case badField(String, detail: String)
    case otherFormat(String?)
    case newerVersion(Int, known: Int)

    // Both together.
    /// No tensors file beside the JSON file is the one it was written with.
    case noMatchingTensors(file: String)
    case missingTensor(String)
    case unexpectedTensor(String)
    case tensorShape(String, expected: [Int], found: [Int])
    case notFinite(tensor: String)
    case negativeSecondMoment(tensor: String)
    /// A network or settings that cannot be; a clause.
    case inconsistent(String)
    /// Refused when writing, because it could not be read again; a clause.
    case unsaveable(String)
  }
}

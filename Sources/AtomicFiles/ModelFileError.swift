import PlainText

/// What is wrong with a model's files, or with writing them: facts, which `description` puts into one sentence.
public struct ModelFileError: Error, Equatable, Sendable {
  /// As given by the user, or derived from that.
  public var file: String
  public var reason: Reason

  public init(_ reason: Reason, file: String) {
    self.reason = reason
    self.file = file
  }

  /// Everything that can be wrong, by topic.
  public enum Reason: Equatable, Sendable {
    case access(Access)
    case tensors(Tensors)
    case document(Document)
    case model(Model)
  }

  /// Finding, reading and writing files. Codes are those of `errno`.
  public enum Access: Error, Equatable, Sendable {
    case notFound
    case notAFile
    case unreadable(code: Int32)
    case unwritable(code: Int32)
    case tooLarge(bytes: Int, limit: Int)
    /// A folder without the JSON file of this name.
    case noModelInFolder(name: String)
    /// Neither JSON nor safetensors by its name.
    case notAModel
  }

  /// The bytes of a safetensors file.
  public enum Tensors: Error, Equatable, Sendable {
    case tooShort(bytes: Int)
    case headerLength(UInt64, bytes: Int)
    case headerNotUTF8
    /// `byte` counts from the start of the file.
    case badHeader(byte: Int, expected: String)
    case duplicateTensor(String)
    case unsupportedType(tensor: String, type: String)
    case reversedOffsets(tensor: String, begin: Int, end: Int)
    case cutOff(tensor: String, end: Int, bytes: Int)
    case sizeMismatch(tensor: String, shape: [Int], type: String, bytes: Int)
    case gap(tensor: String, begin: Int, expected: Int)
    case trailingBytes(Int)
  }

  /// The text of the JSON file.
  public enum Document: Error, Equatable, Sendable {
    case badJSON(detail: String)
    case missingField(String)
    case badField(String, detail: String)
    case otherFormat(String?)
    case newerVersion(Int, known: Int)

    /// The format of the files that are read and written.
    package static let knownFormat = "awn-model"
  }

  /// The network that both files describe together.
  public enum Model: Error, Equatable, Sendable {
    /// No safetensors file beside the JSON file is the one it was written with.
    case noMatchingTensors(file: String)
    case missingTensor(String)
    case unexpectedTensor(String)
    case tensorShape(String, expected: [Int], found: [Int])
    case notFinite(tensor: String)
    case negativeSecondMoment(tensor: String)
    /// Why there is no such network or no such settings, as a clause.
    case inconsistent(String)
    /// Why the network is not written, as a clause: it could not be read again.
    case unsaveable(String)
  }

  /// Whether a file could not be written, rather than read.
  public var isOfWriting: Bool {
    switch reason {
    case .access(.unwritable), .model(.unsaveable): true
    case .access, .tensors, .document, .model: false
    }
  }
}

extension ModelFileError.Reason {
  /// The reason for a network or settings that cannot be, with a clause that says why.
  public static func inconsistent(_ clause: String) -> Self { .model(.inconsistent(clause)) }
}

extension ModelFileError: UserFacingError {
  /// A file that cannot be read is bad input; one that cannot be written is a failure.
  public var exitStatus: ExitStatus { isOfWriting ? .failed : .badInput }
}

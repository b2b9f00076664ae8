import Glibc
import PlainText

extension ModelFileError: CustomStringConvertible {
  /// One sentence: where, what is wrong, what to do. Control characters are escaped, so it is safe to print.
  public var description: String { "\(sanitized(file, limit: 300)): \(reason.sentence)" }
}

extension ModelFileError.Reason {
  fileprivate var sentence: String {
    switch self {
    case .access(let access): access.sentence
    case .tensors(let tensors): tensors.sentence
    case .document(let document): document.sentence
    case .model(let model): model.sentence
    }
  }
}

extension ModelFileError.Access {
  fileprivate var sentence: String {
    switch self {
    case .notFound: "no such file or folder; check the path"
    case .notAFile: "this is not a regular file; choose another path"
    case .unreadable(let code): "the file cannot be read (\(systemReason(code))); check it"
    case .unwritable(let code):
      "the file cannot be written (\(systemReason(code))); check the folder, its permissions and free space"
    case .tooLarge(let bytes, let limit):
      "the file has \(bytes >> 20) MB, and no more than \(limit >> 20) MB are read; use another one"
    case .noModelInFolder(let name):
      "the folder has no \(sanitized(name)); give the folder of a run that has saved a checkpoint"
    case .notAModel: "this is no model; give a run folder, or a checkpoint's .json or .safetensors file in it"
    }
  }
}

extension ModelFileError.Tensors {
  fileprivate var sentence: String {
    switch self {
    case .tooShort(let bytes):
      "the file has \(bytes) bytes, too few for a safetensors file; use another one"
    case .headerLength(let length, let bytes):
      "the header is said to have \(length) bytes, too many for a file of \(bytes): it is cut off or no "
        + "safetensors file; use another one"
    case .headerNotUTF8:
      "the header is not UTF-8 text: the file is damaged or no safetensors file; use another one"
    case .badHeader(let byte, let expected):
      "the header has something else at byte \(byte) where \(expected) should be: the file is damaged; "
        + "use another one"
    case .duplicateTensor(let name):
      "there are two tensors \(quoted(name)): the file is damaged; use another one"
    case .unsupportedType(let name, let type):
      "tensor \(quoted(name)) has elements of type \(sanitized(type)); only F32 and F64 are read: convert it"
    case .reversedOffsets(let name, let begin, let end):
      "tensor \(quoted(name)) ends at byte \(end), before its start at \(begin): the file is damaged; "
        + "use another one"
    case .cutOff(let name, let end, let bytes):
      "tensor \(quoted(name)) ends at byte \(end), but the file has \(bytes): the file is cut off; use "
        + "another checkpoint"
    case .sizeMismatch(let name, let shape, let type, let bytes):
      "tensor \(quoted(name)) has \(bytes) bytes, which is not what \(text(shape)) elements of "
        + "\(type) need: the file is damaged; use another one"
    case .gap(let name, let begin, let expected):
      "tensor \(quoted(name)) starts at byte \(begin) of the data instead of \(expected): tensors overlap or "
        + "leave a gap; use another one"
    case .trailingBytes(let count):
      "\(count) bytes follow the last tensor: the file is damaged; use another one"
    }
  }
}

extension ModelFileError.Document {
  fileprivate var sentence: String {
    switch self {
    case .badJSON(let detail):
      "this is not JSON" + (detail.isEmpty ? "" : " (\(sanitized(detail, limit: 200)))")
        + "; use another checkpoint"
    case .missingField(let field): "\(sanitized(field, limit: 120)) is missing; use another checkpoint"
    case .badField(let field, let detail):
      "\(sanitized(field, limit: 120)) cannot be read (\(sanitized(detail, limit: 200))); use another "
        + "checkpoint"
    case .otherFormat(let format):
      (format.map { "the format is \(quoted($0))" } ?? "no format is named")
        + ", not \"\(Self.knownFormat)\"; give a checkpoint of this program"
    case .newerVersion(let version, let known):
      "the file's version is \(version), and this program reads versions 1 to \(known); use a newer program"
    }
  }
}

extension ModelFileError.Model {
  fileprivate var sentence: String {
    switch self {
    case .noMatchingTensors(let file):
      "\(sanitized(file, limit: 300)) is missing, damaged, or of another checkpoint; use another checkpoint"
    case .missingTensor(let name): "tensor \(quoted(name)) is missing; use another checkpoint"
    case .unexpectedTensor(let name):
      "tensor \(quoted(name)) belongs to no block of the network; use another checkpoint"
    case .tensorShape(let name, let expected, let found):
      "tensor \(quoted(name)) is \(text(found)) where the network needs \(text(expected)); use another "
        + "checkpoint"
    case .notFinite(let name): "tensor \(quoted(name)) has values that are not finite; use another checkpoint"
    case .negativeSecondMoment(let name):
      "tensor \(quoted(name)) has values below zero or undefined, which mean squares never are; "
        + "use another checkpoint"
    case .inconsistent(let clause): "\(sanitized(clause, limit: 200)); use another checkpoint"
    case .unsaveable(let clause):
      "the network is not saved, because \(sanitized(clause, limit: 200)); what was saved "
        + "before stays as it is"
    }
  }

  /// What is wrong, without what to do about it: for a sentence about something else.
  package var clause: String {
    switch self {
    case .noMatchingTensors(let file): "\(file) is missing or damaged"
    case .missingTensor(let name): "tensor \(name) is missing"
    case .unexpectedTensor(let name): "tensor \(name) belongs to no block"
    case .tensorShape(let name, let expected, let found):
      "tensor \(name) is \(text(found)) instead of \(text(expected))"
    case .notFinite(let name), .negativeSecondMoment(let name): "\(name) has values that are not finite"
    case .inconsistent(let clause), .unsaveable(let clause): clause
    }
  }
}

private func quoted(_ name: String) -> String { "\"\(sanitized(name))\"" }

/// `2 × 47`
private func text(_ shape: [Int]) -> String {
  shape.isEmpty
    ? "a scalar's"
    : shape.prefix(8).map(String.init).joined(separator: " × ") + (shape.count > 8 ? " × …" : "")
}

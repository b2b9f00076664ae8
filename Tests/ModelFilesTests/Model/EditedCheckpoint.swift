import AtomicFiles
import Foundation
import ModelFiles
import Testing

/// A checkpoint whose JSON text is changed by hand, with the checksum made right again.
struct EditedCheckpoint {
  let text: String
  let tensors: Data

  init(_ saved: (document: Data, tensors: Data)) {
    (text, tensors) = (String(decoding: saved.document, as: UTF8.self), saved.tensors)
  }

  /// Whether it cannot be read with other words in a range of its text.
  ///
  /// - Parameter range: `nil` fails the test: what is to be replaced is not in the text.
  func isRefused(_ range: Range<String.Index>?, _ new: String) throws -> Bool {
    let range = try #require(range, "what \(new) is to replace is not in the file")
    let sealed = sealing(text.replacingCharacters(in: range, with: new), tensors)
    return failure { () throws(ModelFileError) in
      _ = try ModelFile.decode(document: sealed, tensors: tensors, ModelLocation(folder: "run"))
    } != nil
  }
}

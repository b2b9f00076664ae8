import Experiment
import Glibc

/// What can be wrong with a file before its format matters.
public enum FileProblem: Equatable, Sendable {
  case notFound
  case notPermitted
  case notAFile
  case unreadable(code: Int32)
  case empty
  /// Nothing came through standard input.
  case emptyInput
  case binary
  /// This machine cannot convert from it.
  case unknownEncoding(TextEncoding)
  /// The text is in another encoding than this one.
  case otherEncoding(TextEncoding)
  case truncatedGzip
  case damagedGzip
  case tooLarge(bytes: Int)
  case outOfMemory
  case pipeReadTwice
  case unknownFolder
  case foreign(ForeignFormat)
}

extension FileProblem: DataProblem {
  /// What is wrong, and what to do.
  var sentence: String {
    switch self {
    case .notFound: "no such file or folder; check the path"
    case .notPermitted: "the file may not be read; check its permissions"
    case .notAFile: "this is a folder; give a file"
    case .unreadable(let code): "the file cannot be read (\(String(cString: strerror(code)))); check it"
    case .empty: "the file is empty; give a file with rows"
    case .emptyInput:
      "nothing came through standard input; pipe rows in, or, for a model or a run that was trained on piped rows, the "
        + "same ones again"
    case .binary: "this is neither text nor an IDX images file; give CSV, TSV or IDX, gzip or not"
    case .unknownEncoding(let encoding):
      "this system has no table to read \(encoding.rawValue) with; convert the file to UTF-8 elsewhere"
    case .otherEncoding(let encoding):
      "the text is not in \(encoding.rawValue); say what it is with --encoding"
    case .truncatedGzip: "the file ends in the middle of its gzip stream; fetch or compress it again"
    case .damagedGzip: "the gzip file is damaged; fetch or compress it again"
    case .tooLarge(let bytes):
      "the rows need \(bytes >> 20) MB, more than this machine's memory; use fewer rows or columns"
    case .outOfMemory: "there is not enough memory to decompress the file; end other programs"
    case .pipeReadTwice: "a pipe can be read only once; save the data to a file"
    case .foreign(let format): format.sentence
    case .unknownFolder:
      "the folder has \(DataFormats.noFolderContents); give a file, or the folder that has them"
    }
  }
}

extension DataError.Reason {
  /// A problem with a file, whatever its format.
  public static func file(_ problem: FileProblem) -> Self { Self(problem) }
}

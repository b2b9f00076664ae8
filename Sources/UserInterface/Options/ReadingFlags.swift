import ArgumentParser
import Experiment
import PlainText

/// How a file is to be read by a model, where it is unlike the file that the model was trained on.
package struct ReadingFlags: ParsableArguments {
  @Option(
    help:
      "Whether the first row names the columns: yes or no (default: if it has the names of the training file)."
  )
  package var header: Answer?
  @Option(help: "What separates cells (default: as in the training file).") var delimiter: String?
  @Option(help: "What stands around quoted cells, or none (default: as in the training file).") var quote:
    String?
  @Option(help: "How its bytes stand for characters (default: as in the training file).") var encoding:
    TextEncoding?
  @Option(help: "What a line begins with that is skipped (default: as in the training file).") var comment:
    String?

  package init() {}

  package var options: ReadingOptions {
    var options = ReadingOptions()
    (options.header, options.delimiter, options.quote) = (header, delimiter, quote)
    (options.encoding, options.comment) = (encoding, comment)
    return options
  }
}

extension Answer: ExpressibleByArgument {}
extension TextEncoding: ExpressibleByArgument {
  public init?(argument: String) {
    guard let value = Self.reading(argument) else { return nil }
    self = value
  }
}

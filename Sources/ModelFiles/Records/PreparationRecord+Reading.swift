import Datasets
import Experiment

extension PreparationRecord {
  /// What was decided about the file as a whole.
  struct Reading: Codable {
    var delimiter: String
    var quote: String?
    var encoding: TextEncoding
    var comment: String?
    /// Texts that stand for missing values: in all columns, and in those of numbers.
    var missing: [String]
    var missingNumbers: [String]

    private enum CodingKeys: String, CodingKey {
      case delimiter, quote, encoding, comment, missing
      case missingNumbers = "missing_numbers"
    }

    init(_ reading: TableReading) {
      (delimiter, quote, encoding) = (reading.delimiter, reading.quote, reading.encoding)
      comment = reading.comment.isEmpty ? nil : reading.comment
      (missing, missingNumbers) = (reading.missing.texts, reading.missing.numbers)
    }

    var reading: TableReading {
      TableReading(
        delimiter: delimiter, quote: quote, encoding: encoding, comment: comment ?? "",
        missing: MissingTokens(texts: missing, numbers: missingNumbers))
    }
  }
}

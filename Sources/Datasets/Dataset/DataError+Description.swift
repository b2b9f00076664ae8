import Glibc
import PlainText

extension DataError: CustomStringConvertible {
  /// One sentence: where, what is wrong, what to do. Safe to print: control characters are escaped.
  public var description: String {
    var place = file.map { sanitized($0, limit: 300) } ?? ""
    if let line { place += (place.isEmpty ? "" : ", ") + "line \(line)" }
    if let column { place += (place.isEmpty ? "" : ", ") + "column \(sanitized(column))" }
    return (place.isEmpty ? "" : place + ": ") + reason.sentence
  }
}

extension DataError.Reason {
  fileprivate var sentence: String {
    switch self {
    case .noSource: "no data given; name a built-in task or a data file"
    case .twoSources: "both a built-in task and a data file are given; choose one"
    case .badFraction(let option, let value):
      "the \(option) fraction is \(value); it must be at least 0 and below 1"
    case .fractionsLeaveNothing:
      "the validation and test fractions leave no rows to train on; their sum must be below 1"
    case .notFound: "no such file or folder; check the path"
    case .notPermitted: "the file may not be read; check its permissions"
    case .notAFile: "this is a folder; give a file"
    case .unreadable(let code): "the file cannot be read (\(String(cString: strerror(code)))); check it"
    case .empty: "the file is empty; give a file with rows"
    case .binary: "this is neither text nor an IDX images file; give CSV, TSV or IDX, gzip or not"
    case .utf16: "the text is UTF-16; save it as UTF-8"
    case .truncatedGzip: "the file ends in the middle of its gzip stream; fetch or compress it again"
    case .damagedGzip: "the gzip file is damaged; fetch or compress it again"
    case .tooLarge(let bytes):
      "the rows need \(bytes >> 20) MB, more than this machine's memory; use fewer rows or columns"
    case .outOfMemory: "there is not enough memory to decompress the file; end other programs"
    case .pipeReadTwice: "a pipe can be read only once; save the data to a file"
    case .unknownFolder:
      "the folder has \(DataFormats.noFolderContents); give a file, or the folder that has them"
    default: contents
    }
  }

  private var contents: String {
    switch self {
    case .lineTooLong(let limit):
      "the row is longer than \(limit >> 20) MB; look for a quote that is not closed"
    case .cellTooLong(let limit): "the cell is longer than \(limit >> 10) KB; shorten it or remove the column"
    case .tooManyColumns(let limit): "there are more than \(limit) columns; remove some"
    case .unclosedQuote: "the row has a quoted cell that is never closed; add the closing quote"
    case .textAfterQuote:
      "text follows a closing quote; double the quotes inside a quoted cell, and end it at a delimiter"
    case .ragged(let expected, let found):
      "\(counted(found, "cell")) where the first row has \(expected); make all rows the same length"
    case .headerOnly: "there is a header but no rows; add rows"
    case .oneColumn:
      "there is only one column; separate columns by comma, semicolon, tab, bar or spaces"
    case .notANumber(let text, let others):
      "\(quoted(text)) is not a number, unlike the other \(others) values of the column; correct the "
        + "cell, or empty it if the value is missing"
    case .notFinite(let text):
      "\(quoted(text)) is not a finite number; correct the cell, or empty it if the value is missing"
    case .decimalComma(let text):
      "\(quoted(text)) seems to have a decimal comma; write numbers with a decimal point"
    case .emptyColumn: "the column has no values; remove it"
    case .constantColumn(let value):
      "every value of the column is \(quoted(value)), which teaches nothing; remove the column"
    case .noFeatures: "no column is left to predict from; add a column of numbers or of few categories"
    case .unknownColumn(let name, let available):
      "there is no column \(quoted(name))\(suggestion(nearestTo: name, of: available, "columns"))"
    case .unknownTarget(let name, let available):
      "there is no column \(quoted(name)) to predict\(suggestion(nearestTo: name, of: available, "columns"))"
    case .tooManyClasses(let limit):
      "the target has too many different texts to be classes (at most \(limit), each in several rows); "
        + "choose another target column"
    case .oneClass(let name):
      "every row is of the class \(quoted(name)); a classifier needs at least two classes"
    case .constantTarget(let value):
      "the target is \(quoted(value)) in every row; choose another target column"
    case .tooFewRows(let found, let needed):
      "\(found == 1 ? "1 row is" : "\(found) rows are") too few to train on and hold rows out; give at "
        + "least \(needed), or hold out less"
    default: sequences
    }
  }

  private var sequences: String {
    switch self {
    case .missingIdentifier:
      "the row does not say which sequence it belongs to; fill the cell, or remove the row"
    case .notATime(let text):
      "\(quoted(text)) is not a time like the others; write all of them as numbers, or all as dates with the "
        + "year first"
    case .changingTarget(let sequence, let values):
      "the sequence \(quoted(sequence)) has both \(quoted(values[0])) and \(quoted(values[1])) to predict; "
        + "give all its rows the same"
    case .columnWithTwoRoles:
      "the column is asked to be two of sequence id, time and target; choose a column for each"
    default: preparation
    }
  }

  private var preparation: String {
    switch self {
    case .missingColumn(let name, let available):
      "the column \(quoted(name)) of the training data is missing"
        + suggestion(nearestTo: name, of: available, "columns")
    case .columnCount(let expected, let found):
      "\(counted(found, "cell")) in a row where the training data have \(expected); give the same columns, "
        + "or a header"
    case .unknownClass(let name, let known):
      "the class \(quoted(name)) does not occur in the training data"
        + suggestion(nearestTo: name, of: known, "classes")
    case .otherKind(let expected, let found):
      "the training data are \(expected.name), but "
        + (found.map { "these are \($0.name)" } ?? "this is something else")
        + "; give \(DataFormats.summary(of: expected))"
    case .noTargets: "no row has a value to predict; give rows with targets, or choose another target column"
    case .notIDXImages: "this is not an IDX images file (magic number 2051); check the file"
    case .labelsNotImages: "these are IDX labels; give the images file"
    case .notIDXLabels: "this is not an IDX labels file (magic number 2049); check the file"
    case .idxNotBytes: "the IDX file holds another type than unsigned bytes; convert it"
    case .badDimensions(let dimensions):
      "the header says \(dimensions.map(String.init).joined(separator: " × ")), which cannot be; fetch the "
        + "file again"
    case .truncatedIDX(let expected, let found):
      "the file ends after \(found) of the \(expected) bytes its header promises; fetch it again"
    case .overlongIDX(let expected):
      "the file goes on after the \(expected) bytes its header promises; fetch it again"
    case .noLabelsFile(let tried?): "the labels are missing; put them into \(sanitized(tried, limit: 300))"
    case .noLabelsFile:
      "the labels cannot be found; name the files alike, with 'images' in one name and 'labels' in the other"
    case .countMismatch(let images, let labels):
      "\(labels) labels for \(images) images; use files that belong together"
    case .imageShape(let expected, let found):
      "the images are \(found.text), those of the training data \(expected.text); use images of the same size"
    case .graphs(let problem): problem.sentence
    case .partOfImage(let bytes, let record):
      "the file's \(bytes) bytes are no whole number of images of \(record) bytes (a label and 32 × 32 pixels of "
        + "three colours); fetch it again"
    case .labelOutOfRange(let label, let image, let classes):
      "image \(image) has the label \(label), but there are \(classes) classes; check that this is a CIFAR-10 file"
    case .classNames(let expected, let found):
      "\(counted(found, "different name")) for \(expected) classes; write one name a line"
    default: text
    }
  }

  private var text: String {
    switch self {
    case .notUTF8: "the line is not UTF-8; save the file as UTF-8"
    case .unequalLines(let lines, let other, let otherLines):
      "\(counted(lines, "line")), but \(otherLines) in \(sanitized(other, limit: 300)); line n of one must be the "
        + "translation of line n of the other"
    case .noSentences: "no row has any text; give a file with sentences"
    case .noLanguage:
      "the name does not end in a language; call the files alike but for it, as train.en and train.de"
    case .noTargetLanguage: "name the language to translate into, or its file, as the target"
    case .noTranslation(let tried):
      "the translation is missing; put it into \(sanitized(tried, limit: 300)), or give its path as the target"
    case .unknownLanguage(let language, let available):
      "there is no text in \(quoted(language)); the languages are \(listed(available))"
    case .ambiguousLanguages(let available):
      "choose a source and another target of the languages \(listed(available))"
    case .textIsTarget: "the column of the texts cannot be what is predicted; choose another target column"
    default: ""
    }
  }
}

extension ImageShape {
  fileprivate var text: String {
    "\(width) × \(height)" + (channels == 1 ? "" : " × \(channels)") + " pixels"
  }
}

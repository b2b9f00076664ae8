extension Setting {
  /// Every option of an experiment, in the order of help.
  ///
  /// Values are applied in this order, too: what a setting changes besides its own property (the family of
  /// importances changes the rates) must stand before the settings of those.
  public static let all: [Setting] = data + network + prior + training

  static let data = [
    Setting(
      .data, "task", \.data.task, flag: .none, "A built-in task to train on", absence: "none"),
    Setting(
      .data, "path", \.data.path, flag: .named("data"),
      "File or folder to train on; `awn-tui data --help` lists the formats",
      absence: "none: train on a built-in task", .path),
    Setting(
      .data, "target", \.data.target, "Name or 0-based index of the column to predict", absence: "the last"),
    Setting(
      .data, "validation", \.data.validation, "Fraction of the rows held out for the live metric", .fraction),
    Setting(.data, "test", \.data.test, "Fraction of the rows kept for the final metric", .fraction),
    Setting(
      .data, "fold", \.data.fold, "Hold out one of several equal parts of the rows: 3/10 is the third of ten",
      absence: "the fraction of --validation"),
    Setting(
      .data, "test_path", \.data.testPath, flag: .named("test-data"), "A file of test rows",
      absence: "the fraction of --test", .path),
    Setting(
      .data, "problem", \.data.problem,
      "Whether the target is a class or a value: classification or regression",
      absence: "as its column is", data: [.table, .sequences, .graphs]),
    Setting(
      .data, "header", \.data.reading.header, "Whether the first row names the columns: yes or no",
      absence: "decided from the file", data: DataKind.inText),
    Setting(
      .data, "delimiter", \.data.reading.delimiter,
      "What separates the cells of a row: a character, tab, or space for runs of blanks",
      absence: "decided from the file", data: DataKind.inText),
    Setting(
      .data, "quote", \.data.reading.quote, "What stands around quoted cells: a character, or none",
      absence: "the double quotation mark", data: DataKind.inText),
    Setting(
      .data, "encoding", \.data.reading.encoding, "How the file's bytes stand for characters",
      absence: "utf-8, or latin-1 where the bytes are none", data: DataKind.inText + [.translations]),
    Setting(
      .data, "comment", \.data.reading.comment, "What a line begins with that is skipped; empty: none is",
      absence: "# where the file begins with it", data: DataKind.inText),
    Setting(
      .data, "missing", \.data.reading.missing,
      "Texts that stand for a missing value, such as NA,-999, besides the empty one",
      absence: "NA, N/A, NaN, null, ?; of numbers also ., - and None", data: [.table, .sequences]),
    Setting(
      .data, "decimal", \.data.reading.decimal, "What stands before the fraction of a number: point or comma",
      absence: "decided by column", data: [.table, .sequences]),
    Setting(
      .data, "ignore", \.data.reading.ignored, "Columns to leave out, by name or 0-based index: A,B,…",
      absence: "none", data: [.table, .sequences]),
    Setting(
      .data, "categorical", \.data.reading.categorical, "Columns to treat as categorical",
      absence: "text columns", data: [.table, .sequences]),
    Setting(
      .data, "numeric", \.data.reading.numeric, "Columns to treat as numbers",
      absence: "number columns", data: [.table, .sequences]),
    Setting(
      .data, "date", \.data.reading.dates, "Columns to treat as dates or times",
      absence: "columns of dates written as text", data: [.table, .sequences]),
    Setting(
      .data, "date_format", \.data.reading.dateOrder,
      "The order of day, month and year in dates, or a pattern such as %d/%m/%Y",
      absence: "decided by column", data: [.table, .sequences]),
    Setting(
      .data, "sequence_id", \.data.sequenceID, "Column that says which sequence a row is a step of",
      absence: "rows are no steps", data: [.sequences]),
    Setting(
      .data, "time", \.data.time, "Column that the steps of a sequence are in the order of",
      absence: "the file's order", data: [.sequences]),
    Setting(
      .data, "text", \.data.text, "Column of texts to classify", absence: "none", data: [.texts]),
    Setting(
      .data, "source", \.data.source, "Language to translate from, as the files' suffix",
      absence: "English, or the first by name", data: [.translations]),
    Setting(
      .data, "vocabulary", \.data.vocabulary, "Size of the subword vocabulary", absence: "none",
      .between(300, 65_536), data: [.texts, .translations]),
    Setting(
      .data, "max_length", \.data.maxLength,
      "Tokens of a text or a translation that are read; what follows is cut off", absence: "256",
      .between(1, 4_096), data: [.texts, .translations]),
    Setting(
      .data, "permutation", \.data.permutation,
      "Seed of the order in which a recurrent network sees pixels", absence: "row by row",
      .atMost(Int(Int64.max)), data: [.images]),
    Setting(
      .data, "augmentation", \.data.augmentation, "Crop and mirror training images at random",
      absence: "no", data: [.colorImages]),
    Setting(
      .data, "image_size", \.data.imageSize, "Pixels a side that the images of a folder are resized to",
      absence: "32", .between(4, 1_024), data: [.colorImages]),
    Setting(
      .data, "coarse", \.data.coarse, "Predict the twenty superclasses of CIFAR-100, not its hundred classes",
      absence: "no", data: [.colorImages]),
  ]
}

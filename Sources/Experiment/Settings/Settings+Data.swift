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
      """
      CSV or TSV file, IDX images file, or a folder of IDX or CIFAR images, of line-aligned texts, or of graphs; \
      gzip or not
      """, absence: "none: train on a built-in task"),
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
      absence: "the fraction of --test"),
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
      .data, "vocabulary", \.data.vocabulary, "Subwords that texts are made of", absence: "none",
      .between(300, 65_536), data: [.texts, .translations]),
    Setting(
      .data, "permutation", \.data.permutation,
      "Seed of the order in which a recurrent network sees pixels", absence: "row by row",
      .atMost(Int(Int64.max)), data: [.images]),
    Setting(
      .data, "augmentation", \.data.augmentation, "Crop and mirror training images at random",
      absence: "no", data: [.colorImages]),
  ]
}

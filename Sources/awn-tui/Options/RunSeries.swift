import Experiment

/// Runs of one experiment, and what they differ in.
enum RunSeries {
  case seeds([UInt64])
  /// Each of so many parts of the rows is held out once.
  case folds(Int)

  func configurations(of configuration: Configuration) -> [Configuration] {
    var copy = configuration
    switch self {
    case .seeds(let seeds):
      return seeds.map { seed in
        copy.training.seed = seed
        return copy
      }
    case .folds(let count):
      // A fold takes the fraction's place, which would be refused beside it in the run's own file.
      copy.data.validation = DataOptions().validation
      return Fold.all(count).map { fold in
        copy.data.fold = fold
        return copy
      }
    }
  }
}

extension Configuration {
  /// What it differs in from others of its series: the word, and its number.
  var seriesName: (word: String, number: UInt64) {
    data.fold.map { ("fold", UInt64($0.index)) } ?? ("seed", training.seed)
  }
}

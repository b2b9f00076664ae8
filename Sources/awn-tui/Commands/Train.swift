import ArgumentParser
import Experiment
import PlainText
import UserInterface

struct Train: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Train without the dashboard.",
    discussion: """
      Several machines: `mpirun -n 4 awn-tui train …`, or `srun`, divides every minibatch among the ranks, which make \
      the same updates; with --seeds or --folds it divides the runs among them. `make mpi` builds what that needs.
      """)

  @OptionGroup var options: RunOptions
  @Option(
    parsing: .unconditional,
    help: "Run once with each of these seeds, such as 0..9 or 0,3,7, and report mean and standard deviation.",
    transform: SeedList.init)
  var seeds: SeedList?
  @Option(
    parsing: .unconditional,
    help: """
      Divide the rows into so many parts, the classes evenly, and run once with each of them held out; report mean \
      and standard deviation. All rows take part, unless --test keeps some for the final metric.
      """, transform: Int.parsing)
  var folds: Int?

  func validate() throws {
    if let folds, !(2...Fold.maxFolds).contains(folds) {
      throw ValidationError("--folds must be between 2 and \(Fold.maxFolds)")
    }
    if folds != nil, options.isGiven(\.data.fold) || options.isGiven(\.data.validation) {
      let flag = options.isGiven(\.data.fold) ? "--fold" : "--validation"
      throw ValidationError("--folds says what is held out: leave \(flag) out")
    }
    if options.from != nil && (seeds != nil || folds != nil) {
      throw ValidationError("--from begins one run: leave --seeds and --folds out")
    }
    if seeds != nil && folds != nil { throw ValidationError("give --seeds or --folds, not both") }
    if seeds != nil && options.isGiven(\.training.seed) {
      throw ValidationError("give --seed or --seeds, not both")
    }
  }

  mutating func run() throws {
    var configuration = try options.configuration()
    // Nobody watches.
    configuration.training.pace = nil
    if folds != nil && !options.isGiven(\.data.test) { configuration.data.test = 0 }
    if let series = seeds.map({ RunSeries.seeds($0.seeds) }) ?? folds.map(RunSeries.folds) {
      let probes = options.opened.probes
      // Every run reads the data.
      for path in [configuration.data.path, configuration.data.testPath].compactMap({ $0 }) {
        try probes[path].keepContents()
      }
      return try SeededRuns(configuration, series, options.folder, options.output, options.origin, probes)
        .run(on: .current())
    }
    let job = try RankJob.current()
    let folder = options.folder.folder(for: configuration.name)
    let initial = try options.initialModel(for: configuration)
    try HeadlessProgram(progress: options.output.progressStyle, job: job).run(options.output) {
      [options] channels in
      Run(
        configuration: configuration, folder: folder,
        logFolder: options.folder.logFolder(for: configuration.name, folder: folder), channels: channels,
        isWatched: false, measuresTest: true, origin: options.origin,
        checkpointEvery: options.output.checkpointInterval,
        initial: initial, probes: options.opened.probes, job: job, localRanks: job?.localCount ?? 1)
    }
  }
}

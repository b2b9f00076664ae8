import Experiment
import Fuzzing
import RunFolders
import Testing

/// Damaged experiments give a configuration that makes sense or an error that can be read.
@Suite("Damaged experiments")
struct ExperimentFuzzTests {
  private static let files: [[UInt8]] = {
    var full = Configuration(name: "small", data: DataOptions(path: "synthetic"))
    full.network.initialRate = 0.05
    full.network.fixedWidths = [12, 7]
    full.prior.rate = NormalPrior(mean: 0.1, scale: 0.02)
    full.training.epochs = 4
    full.training.batchSize = 32
    full.training.steps = 900
    full.training.patience = 3
    full.training.threads = 2
    full.training.pace = 12.5
    full.data.target = "a \"quoted\" name"
    full.data.testPath = "test.csv"
    return [full, .defaults(for: .spiralHard)].map { Array(ExperimentFile.text($0).utf8) }
  }()

  private static let fragments = [
    "[data]\n", "[training]\n", "[[network]]\n", "= ", "epochs = 0x10\n", "rate = { mean = 1 }\n",
    "1979-05-27",
    "\"\"\"", "inf", "nan", "-inf", "true", "a.b.c = 1\n", "#",
  ].map { Array($0.utf8) }

  @Test func experiments() {
    var mutator = Mutator(seed: 4)
    var read = 0
    for number in 0..<fuzzInputs {
      let bytes = mutator.mutated(Self.files[number % 2], fragments: Self.fragments)
      let text = String(decoding: bytes, as: UTF8.self)
      do throws(ExperimentError) {
        let configuration = try ExperimentFile.configuration(text, path: "my.toml")
        // What was read can be written and read again; `problem` is asked before a run.
        let again = try ExperimentFile.configuration(ExperimentFile.text(configuration), path: "again.toml")
        #expect(again == configuration)
        _ = configuration.problem
        read += 1
      } catch {
        let sentence = error.description
        #expect(sentence.hasPrefix("my.toml") && sentence.count > 15 && sentence.count < 600)
        #expect(sentence.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control })
      }
    }
    #expect(read > fuzzInputs / 20 && read < fuzzInputs * 19 / 20, "\(read) of \(fuzzInputs) were read")
  }
}

@Suite("Settings that are none")
struct SettingMistakeTests {
  @Test(arguments: [
    ("[data]\ntask = \"spiral\"\n[training]\nepoch = 3", 4, "did you mean 'epochs'?"),
    ("[data]\ntask = \"spiral\"\n[training]\nxyzzy = 3", 4, "choose batch_size"),
    ("[data]\ntask = \"spiral\"\n[trainign]\nepochs = 3", 3, "did you mean 'training'?"),
    ("training = 3\n[data]\ntask = \"spiral\"", 1, "must be a section"),
    ("[data]\ntask = \"spiral\"\n\n[training]\nepochs = \"three\"", 5, "a whole number"),
    ("name = 3\n[data]\ntask = \"spiral\"", 1, "name must be a text"),
    // The same key under two sections.
    (
      "[prior]\nrate = { mean = 1, scale = 1 }\n[data]\ntask = \"spiral\"\n[training]\nrate = 1", 6,
      "no setting"
    ),
  ])
  func areToldWithLineAndWhatWasMeant(_ text: String, _ line: Int, _ words: String) {
    do throws(ExperimentError) {
      _ = try ExperimentFile.configuration(text, path: "my.toml")
      Issue.record("\(text) was read")
    } catch {
      #expect(error.line == line && error.reason.contains(words), "\(error)")
    }
  }
}

@Suite("Mistakes in TOML that its parser cannot tell")
struct TOMLHazardTests {
  @Test(arguments: [
    ("[!]", 1, "section"), ("\n[", 2, "section"), ("a = 1\n[ü]", 2, "section"), ("a = [ }", 1, "}"),
    ("a = { b = ] }", 1, "]"), ("# [\na = ]", 2, "]"), ("a = \"[\"\nb = }", 2, "}"),
    ("a = 1979-05-27 #", 1, "date"), ("a = '''\n[!]\n'''\n[?]", 4, "section"),
  ])
  func areToldWithTheirLine(_ text: String, _ line: Int, _ word: String) {
    do throws(ExperimentError) {
      _ = try ExperimentFile.configuration(text, path: "my.toml")
      Issue.record("\(text) was read")
    } catch {
      #expect(error.line == line && error.reason.contains(word), "\(error)")
    }
  }

  @Test(arguments: [
    "name = \"[!] ] }\"", "name = '} [x'  # ]", "# [?]\nname = \"a\\\"]\"", "name = \"\"\"\n[?] }\n\"\"\"",
    "name = \"1979-05-27\"", "[training]\nlearning_rate = 1e-3",
  ])
  func areNotSeenWhereTheyAreNone(_ text: String) throws {
    let data = text.contains("[training]") ? "\n[data]\ntask = \"spiral\"" : "\n[data]\ntask = \"spiral\"\n"
    _ = try ExperimentFile.configuration(text + data, path: "my.toml")
  }
}

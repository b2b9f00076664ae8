import ArgumentParser
import Experiment
import Glibc
import UserInterface

struct Export: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write a model for other programs.",
    discussion: """
      onnx: a graph that takes the columns of a table by name, or pixels, 0 to 255 or, where the training file has \
      fractions or booleans, 0 to 1; `steps` and `lengths` of \
      sequences; `nodes`, `edges` and `graph`; or `tokens` and `lengths` of texts, with `target` to be translated. It \
      gives `probabilities` and `label`, or `prediction` in the target's own unit: what `predict` says; of translations \
      the `logits` of each next token. Notes on its inputs and the metadata say what they hold.

      safetensors: `layers.N.weight` [outputs, inputs] and `layers.N.bias` as torch.nn.Linear loads them; of networks \
      that are not dense layers one after the other `blocks.N.NAME`, shaped as in PyTorch's modules. What each reads and \
      computes, scaling, feature and class names are in the metadata.

      In both, importances are multiplied into the weights: an ordinary network of the learned width.
      """)

  @OptionGroup var model: ModelArgument
  @Option(help: "onnx or safetensors.")
  var format: ModelFormat
  @Option(
    name: [.customShort("o"), .long], help: "The file, which is replaced as a whole (-: standard output).")
  var output: String

  func validate() throws {
    try GivenPath.require(output, "--output", of: GivenPath.fileOrStream)
    if output == "-" && isatty(STDOUT_FILENO) == 1 {
      throw ValidationError("a model is no text for a terminal: redirect standard output, or name a file")
    }
  }

  mutating func run() throws {
    if output != "-" { try OutputFile.check(output, sparing: model) }
    let loaded = try model.read()
    let data = try ModelExporter.data(of: loaded.model, try loaded.preparation(), as: format)
    if output == "-" { try OutputFile.print(data) } else { try OutputFile.replace(data, at: output) }
  }
}

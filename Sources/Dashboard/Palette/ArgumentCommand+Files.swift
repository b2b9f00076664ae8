import Experiment

/// Models as files.
extension ArgumentCommand {
  static let files = [save, export]

  private static let save = ArgumentCommand(
    "save", "NAME", "save the present model in the folder models/NAME of the run", group: .program,
    when: KeyBinding.Availability.commanded,
    expects: { _ in "a name of letters, digits and - _ ." }
  ) { value, _ in
    guard Command.Action.isModelName(value) else { return nil }
    return { [$0.send(.save(as: value))] }
  }

  private static let export = ArgumentCommand(
    "export", "FILE", "write the present model for other programs: to a file ending in .onnx or .safetensors",
    group: .program, when: KeyBinding.Availability.commanded,
    expects: { _ in "a new file ending in .onnx or .safetensors" }
  ) { value, _ in
    // "onnx FILE" names the format, whatever the file is called.
    let words = value.split(separator: " ", maxSplits: 1).map(String.init)
    let named = words.count == 2 ? ModelFormat(rawValue: words[0].lowercased()) : nil
    let file = named == nil ? value : words[1]
    guard let format = named ?? ModelFormat(ofFile: file) else { return nil }
    return { [$0.send(.export(to: file, format))] }
  }
}

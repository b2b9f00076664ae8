import Experiment
import Foundation

extension Command {
  /// What the user names is where the user is, wherever the run trains.
  var withWholePath: Command {
    guard case .export(let file, let format) = action else { return self }
    let path = URL(filePath: UserFolder.expandingTilde(in: file)).standardizedFileURL.path
    return Command(id: id, action: .export(file: path, format))
  }
}

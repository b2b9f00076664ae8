import awn_tui
import Experiment
import Foundation
import Messaging
import Testing

/// A run of a few epochs, with a cut before the first, in a folder of its own.
func recordedRun(epochs: Int = 12, inMemory: Bool = false) async throws -> (scratch: Scratch, folder: String)
{
  let scratch = try Scratch(inMemory: inMemory)
  var configuration = Configuration.defaults(for: .spiral)
  configuration.network.initialRate = 0.05
  configuration.training.epochs = epochs
  let folder = "\(scratch.path)/run"
  let run = Run(
    configuration: configuration, folder: folder, channels: RunChannels(), isWatched: false,
    measuresTest: false)
  run.channels.commands.send(Command(id: 1, action: .truncate(layer: 0, width: 30)))
  let background = BackgroundRun(run) { _ in }
  await onOwnThread { background.wait() }
  return (scratch, folder)
}

import AtomicFiles
import Canvas
import Dashboard
import Datasets
import Experiment
import Foundation
import Messaging
import PlainText
import RunFolders
import Synchronization
import Terminal

/// Takes what the terminal and the folders say, and draws.
package struct HomeLoop {
  private let screen: any Screen
  package private(set) var home: Home
  private let folders: [String]
  private let scans = Latest<[RunEntry]>()
  private let scanning = Scanning()
  private let previews: DataPreviews
  private let wake: @Sendable () -> Void
  private let clock = ContinuousClock()

  private final class Scanning: Sendable {
    let isUnderWay = Atomic(false)
    let list = Mutex(RunList())
  }

  /// - Parameter wake: has the screen return from waiting; called from any thread.
  package init(screen: any Screen, home: Home, folders: [String], wake: @escaping @Sendable () -> Void) {
    (self.screen, self.home, self.folders, self.wake) = (screen, home, folders, wake)
    previews = DataPreviews(wake: wake)
  }

  /// - Returns: the arguments of the command that was chosen; `nil`: the user quits.
  /// - Throws: `ExitStatus.interrupted` after a signal.
  package mutating func run() throws -> [String]? {
    scan()
    var lastScan = clock.now
    screen.draw(home.frame)
    while true {
      let inputs = screen.wait(timeout: .seconds(1))
      var effects: [Home.Effect] = []
      for input in inputs {
        switch input {
        case .key(let key): effects += home.take(.key(key))
        case .resized(let width, let height): effects += home.take(.resized(width: width, height: height))
        case .terminate, .hungUp: throw ExitStatus.interrupted
        case .mouse, .strayOutput, .suspendedAndResumed, .woken, .pasted: break
        }
      }
      if let runs = scans.take() { _ = home.take(.runs(runs)) }
      if let preview = previews.take() { _ = home.take(.preview(preview)) }
      while !effects.isEmpty {
        let effect = effects.removeFirst()
        switch effect {
        case .quit: return nil
        case .open(let path): return ["resume", path]
        case .attach(let path): return ["attach", path]
        case .replay(let path): return ["replay", path]
        case .start(.task(let name), let arguments): return ["launch", name] + arguments
        case .start(.file(let path), let arguments):
          guard let lost = Self.lostData(ofRun: path) else {
            return (path.hasSuffix(".toml") ? ["launch", path] : ["launch", "--data", path]) + arguments
          }
          _ = home.take(
            .message(
              "what \(path) learns from, \(quoted(lost)), is not there: put it back, or choose other data with n"
            ))
        case .compare(let paths): compare(paths)
        case .discard(let path):
          _ = home.take(.message(Trash.discard(path)))
          scan()
        case .list(let folder): effects += list(folder)
        case .preview(let path): previews.want(path)
        }
      }
      // Runs that train elsewhere go on.
      if clock.now - lastScan > .seconds(2) {
        lastScan = clock.now
        scan()
      }
      screen.draw(home.frame)
    }
  }

  /// `nil`: nothing is missing, or this is not the experiment of a run.
  private static func lostData(ofRun path: String) -> String? {
    path.hasSuffix("/experiment.toml") ? ExperimentFile.lostData(in: path) : nil
  }

  private func scan() {
    guard !scanning.isUnderWay.exchange(true, ordering: .relaxed) else { return }
    Thread.detachNewThread { [scans, folders, scanning, wake] in
      scans.post(scanning.list.withLock { $0.runs(in: folders) })
      scanning.isUnderWay.store(false, ordering: .relaxed)
      wake()
    }
  }

  private mutating func compare(_ paths: [String]) {
    do {
      _ = home.take(.comparison(try RunComparer.comparison(of: paths)))
    } catch {
      _ = home.take(.message((error as? any UserFacingError)?.sentence ?? "\(error)"))
    }
  }

  /// Folders, files that a run can learn from, and experiments.
  private mutating func list(_ folder: String) -> [Home.Effect] {
    let path = URL(filePath: folder).standardizedFileURL.path
    guard let names = try? FileManager.default.contentsOfDirectory(atPath: path) else {
      return home.take(.message("\(sanitized(folder, limit: 200)) cannot be read"))
    }
    let entries = names.filter { !$0.hasPrefix(".") }.sorted().compactMap { name -> FileChoice.Entry? in
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: "\(path)/\(name)", isDirectory: &isFolder) else {
        return nil
      }
      let isData = DataFormats.hasDataName(name) || name.lowercased().hasSuffix(".toml")
      return isFolder.boolValue || isData ? .init(name: name, isFolder: isFolder.boolValue) : nil
    }
    let isData = (try? DataFormats.recognized(Probe(path), DataOptions(path: path))) != nil
    let files = entries.filter { !$0.isFolder }
    return home.take(
      .files(folder: path, (isData ? [.wholeFolder] : []) + entries.filter(\.isFolder) + files))
  }
}

/// Runs that were thrown away, beside those that were not, until someone removes them.
package enum Trash {
  /// Moves a run's folder into the folder `.trash` beside it.
  ///
  /// - Returns: what came of it.
  package static func discard(_ path: String) -> String {
    let run = URL(filePath: path).standardizedFileURL
    let trash = run.deletingLastPathComponent().appending(path: ".trash")
    let places = (1...99).map {
      trash.appending(path: run.lastPathComponent + ($0 == 1 ? "" : "-\($0)")).path
    }
    do {
      try Folders.make(trash.path)
      guard let place = places.first(where: { !FileManager.default.fileExists(atPath: $0) }) else {
        return "\(trash.path) has too many runs of this name: remove some"
      }
      try FileManager.default.moveItem(atPath: run.path, toPath: place)
      return "moved to \(place)"
    } catch let error as FolderFailure {
      return "cannot move \(sanitized(path, limit: 200)): \(error.sentence)"
    } catch {
      return "cannot move \(sanitized(path, limit: 200)): \(systemReason(error))"
    }
  }
}

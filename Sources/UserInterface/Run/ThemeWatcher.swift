import Canvas
import Foundation

/// What became of a theme file that was saved.
package enum ThemeNews: Equatable, Sendable {
  /// Read; `formerName` is what it was called when it was last read, here or at the start.
  case read(Theme, formerName: String?)
  case refused(ThemeError)
}

/// Reads theme files again when they are saved.
///
/// Its thread sleeps in poll(2) until the kernel tells of a change. Folders are watched and not files, because
/// editors write a new file and rename it over the old one.
package final class ThemeWatcher: Sendable {
  /// Closed at the end, which ends the thread.
  private let cancellationPipe: Int32

  /// What is watched: a folder, and in it one file, or every theme.
  fileprivate struct Place {
    var folder: String
    /// The name there, and the path to read, which may be a link to it; `nil`: all.
    var file: (name: String, path: String)?
  }

  /// `nil` where the system has no more watches to give, or there is nothing to watch.
  ///
  /// - Parameters:
  ///   - folder: Every theme in it is watched, those too that are yet to be made.
  ///   - files: Themes that are known, and what they are called.
  ///   - news: Called on the watcher's thread.
  package init?(
    folder: String?, files: [String: String], news: @escaping @Sendable (ThemeNews) -> Void
  ) {
    let events = inotify_init1(Int32(IN_NONBLOCK) | Int32(IN_CLOEXEC))
    guard events >= 0 else { return nil }
    var places: [Int32: [Place]] = [:]
    let wanted = UInt32(IN_CLOSE_WRITE) | UInt32(IN_MOVED_TO)
    for place in Self.places(folder: folder, files: files.keys.sorted()) {
      let watch = inotify_add_watch(events, place.folder, wanted)
      if watch >= 0 { places[watch, default: []].append(place) }
    }
    var ends: [Int32] = [-1, -1]
    guard !places.isEmpty, pipe(&ends) == 0 else {
      close(events)
      return nil
    }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    cancellationPipe = ends[1]
    let post = Post(events: events, cancellationPipe: ends[0], places: places, names: files, news: news)
    Thread.detachNewThread {
      var post = post
      post.work()
    }
  }

  deinit { close(cancellationPipe) }

  /// A link's target is written where it is; so both its folder and the link's own are watched.
  private static func places(folder: String?, files: [String]) -> [Place] {
    let own = folder.map { [Place(folder: $0)] } ?? []
    return own
      + files.flatMap { path in
        let url = URL(filePath: path)
        return Set([url.standardizedFileURL, url.resolvingSymlinksInPath()]).map {
          Place(folder: $0.deletingLastPathComponent().path, file: ($0.lastPathComponent, path))
        }
      }
  }
}

/// The watcher's thread, and all that it alone knows.
private struct Post {
  let events: Int32
  let cancellationPipe: Int32
  let places: [Int32: [ThemeWatcher.Place]]
  var names: [String: String]
  let news: @Sendable (ThemeNews) -> Void

  mutating func work() {
    defer {
      close(events)
      close(cancellationPipe)
    }
    var descriptors = [events, cancellationPipe].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    while true {
      let count = poll(&descriptors, nfds_t(descriptors.count), -1)
      if count < 0 && errno == EINTR { continue }
      guard count > 0, descriptors[1].revents == 0, descriptors[0].revents == Int16(POLLIN) else { return }
      for path in changedFiles().sorted() where ThemeCatalogue.isFile(path) { read(path) }
    }
  }

  private mutating func read(_ path: String) {
    do throws(ThemeError) {
      let theme = try Theme(contentsOf: path)
      news(.read(theme, formerName: names.updateValue(theme.name, forKey: path)))
    } catch {
      news(.refused(error))
    }
  }

  /// Those of all events that wait: an editor may cause several with one save.
  private func changedFiles() -> Set<String> {
    var paths: Set<String> = []
    let buffer = UnsafeMutableRawBufferPointer.allocate(
      byteCount: 16384, alignment: MemoryLayout<inotify_event>.alignment)
    defer { buffer.deallocate() }
    while case let count = Glibc.read(events, buffer.baseAddress, buffer.count), count > 0 {
      var rest = UnsafeRawBufferPointer(rebasing: buffer[..<count])
      while let event = rest.baseAddress?.loadUnaligned(as: inotify_event.self) {
        let size = MemoryLayout<inotify_event>.size + Int(event.len)
        // Padded with zeros.
        let name = rest[MemoryLayout<inotify_event>.size..<size].prefix { $0 != 0 }
        paths.formUnion(files(named: String(decoding: name, as: UTF8.self), watch: event.wd))
        guard rest.count > size else { break }
        rest = UnsafeRawBufferPointer(rebasing: rest[size...])
      }
    }
    return paths
  }

  private func files(named name: String, watch: Int32) -> [String] {
    (places[watch] ?? []).compactMap { place in
      guard let file = place.file else {
        return ThemeCatalogue.isTheme(name) ? "\(place.folder)/\(name)" : nil
      }
      return file.name == name ? file.path : nil
    }
  }
}

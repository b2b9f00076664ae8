import Glibc

/// The names in a folder, in no order; `nil` if the path is not a folder.
func fileNames(inFolder path: String) throws(DataError) -> [String]? {
  guard let folder = opendir(path) else {
    if errno == EACCES { throw DataError(.file(.notPermitted), file: path) }
    return nil
  }
  defer { closedir(folder) }
  var names: [String] = []
  while let entry = readdir(folder) {
    names.append(
      withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      })
  }
  return names
}

/// Whether a path leads to something other than a folder.
func isFile(_ path: String) -> Bool {
  var status = stat()
  return stat(path, &status) == 0 && status.st_mode & S_IFMT != S_IFDIR
}

/// Whether a path leads to something that can be read only once.
func isPipe(_ path: String) -> Bool {
  var status = stat()
  let found = path == "-" ? fstat(STDIN_FILENO, &status) : stat(path, &status)
  return found == 0 && [S_IFIFO, S_IFSOCK, S_IFCHR].contains(status.st_mode & S_IFMT)
}

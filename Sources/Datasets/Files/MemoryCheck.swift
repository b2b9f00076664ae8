import Glibc

/// Throws if something of this size does not fit into the machine's memory.
func checkMemory(bytes: Int, file: String) throws(DataError) {
  let physical = Int(sysconf(Int32(_SC_PHYS_PAGES))) * Int(sysconf(Int32(_SC_PAGESIZE)))
  if bytes > physical { throw DataError(.file(.tooLarge(bytes: bytes)), file: file) }
}

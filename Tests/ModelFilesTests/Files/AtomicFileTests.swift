import AtomicFiles
import Foundation
import ModelFiles
import Testing

@Suite("Atomic files")
struct AtomicFileTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private let old = Data("old".utf8)
  private let new = Data((0..<100_000).map { UInt8(truncatingIfNeeded: $0) })

  @Test func aFileIsMadeAndReplaced() throws {
    let path = "\(scratch.path)/file"
    try AtomicFile.write(old, to: path)
    #expect(scratch.content("file") == old)
    #expect(chmod(path, 0o640) == 0)
    try AtomicFile.write(new, to: path)
    #expect(scratch.content("file") == new)
    #expect(scratch.names == ["file"])
    var status = stat()
    #expect(stat(path, &status) == 0 && status.st_mode & 0o777 == 0o640, "permissions are kept")
  }

  @Test(arguments: [1, 2])
  func aFailureLeavesTheOldFileAlone(step: Int) throws {
    let path = try scratch.write(old, as: "file")
    let stop = StoppingOperations(at: step, code: ENOSPC)
    let error = failure { () throws(ModelFileError) in try AtomicFile.write(new, to: path, stop.operations) }
    #expect(error == ModelFileError(.access(.unwritable(code: ENOSPC)), file: path))
    #expect(error?.description.contains("No space left on device") == true)
    #expect(scratch.content("file") == old)
    #expect(scratch.names == ["file"])
  }

  @Test(arguments: 1...3)
  func aStopLeavesAWholeFile(step: Int) throws {
    let path = try scratch.write(old, as: "file")
    let stop = StoppingOperations(at: step, code: nil)
    _ = failure { () throws(ModelFileError) in try AtomicFile.write(new, to: path, stop.operations) }
    #expect(scratch.content("file") == (step < 3 ? old : new))
  }

  @Test func aLinkStaysOne() throws {
    let target = try scratch.write(old, as: "target")
    #expect(symlink(target, "\(scratch.path)/link") == 0)
    try AtomicFile.write(new, to: "\(scratch.path)/link")
    #expect(scratch.content("target") == new)
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: "\(scratch.path)/link") == target)
  }

  @Test func whatIsNoFileIsNotReplaced() {
    for path in [scratch.path, "/dev/null"] {
      #expect(
        failure { () throws(ModelFileError) in try AtomicFile.write(new, to: path) }
          == ModelFileError(.access(.notAFile), file: path))
    }
    let path = "\(scratch.path)/none/file"
    #expect(
      failure { () throws(ModelFileError) in try AtomicFile.write(new, to: path) }
        == ModelFileError(.access(.unwritable(code: ENOENT)), file: path))
  }
}

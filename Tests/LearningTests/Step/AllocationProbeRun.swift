import Foundation
import Testing

/// What the program prints that counts its allocations, which lies beside the tests.
func allocationProbe(_ argument: String) throws -> String {
  let probe = Process()
  let itself = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
  probe.executableURL = URL(fileURLWithPath: itself).deletingLastPathComponent()
    .appending(path: "AllocationProbe")
  probe.arguments = [argument]
  let output = Pipe()
  probe.standardOutput = output
  try probe.run()
  let text = String(decoding: try #require(try output.fileHandleForReading.readToEnd()), as: UTF8.self)
  probe.waitUntilExit()
  return text
}

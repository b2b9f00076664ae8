import Testing
import UserInterface

/// Where a user's own files are.
@Suite struct UserFolderTests {
  /// As in a shell, whatever the password file says.
  @Test func theHomeIsTheOneOfTheEnvironment() {
    let environment = ["HOME": "/elsewhere"]
    #expect(UserFolder.expandingTilde(in: "~/x", environment: environment) == "/elsewhere/x")
    #expect(UserFolder.expandingTilde(in: "~", environment: environment) == "/elsewhere")
    #expect(UserFolder.expandingTilde(in: "a/~/x", environment: environment) == "a/~/x")
    #expect(!UserFolder.expandingTilde(in: "~/x", environment: [:]).hasPrefix("~"))
  }
}

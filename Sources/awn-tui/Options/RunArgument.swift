import ArgumentParser
import UserInterface

/// The run that a command is about.
struct RunArgument: ParsableArguments {
  @Argument(help: ArgumentHelp("The run's folder.", valueName: "run"))
  var path: String

  func validate() throws { try GivenPath.require(path, "<run>", of: GivenPath.run) }
}

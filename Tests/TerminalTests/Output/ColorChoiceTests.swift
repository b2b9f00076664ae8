import Canvas
import Terminal
import Testing

@Suite struct ColorChoiceTests {
  @Test(
    arguments: [
      ([:], -1, ColorLevel.none), ([:], 2, .none), ([:], 8, .ansi16), ([:], 88, .ansi16),
      ([:], 256, .ansi256),
      ([:], 1 << 24, .trueColor), (["COLORTERM": "truecolor"], 8, .trueColor),
      (["COLORTERM": "24bit"], -1, .trueColor),
      (["COLORTERM": "yes"], 8, .ansi16), (["NO_COLOR": "1", "COLORTERM": "truecolor"], 256, .none),
      (["NO_COLOR": ""], 256, .ansi256),
    ] as [([String: String], Int, ColorLevel)])
  func autoAsksTheEnvironment(environment: [String: String], colors: Int, level: ColorLevel) {
    #expect(ColorLevel(choice: .auto, environment: environment, terminfoColors: colors) == level)
  }

  @Test(arguments: [
    (ColorChoice.trueColor, ColorLevel.trueColor), (.ansi256, .ansi256), (.ansi16, .ansi16), (.never, .none),
  ]) func anExplicitChoiceWins(choice: ColorChoice, level: ColorLevel) {
    for environment in [[:], ["NO_COLOR": "1"], ["COLORTERM": "truecolor"]] {
      #expect(ColorLevel(choice: choice, environment: environment, terminfoColors: 8) == level)
    }
  }
}

import Canvas

extension KeyBinding {
  static let chartBindings: [KeyBinding] = [
    KeyBinding(
      [
        KeyCommand("steps-fewer", [.character("i")], "half the steps in a zoomed chart") {
          $0.zoomSteps(by: 0.5)
        },
        KeyCommand("steps-more", [.character("I")], "twice the steps in a zoomed chart") {
          $0.zoomSteps(by: 2)
        },
      ], "zoom in, out", "half, twice the steps in a zoomed chart", group: .view,
      when: { state in
        state.isReadingSteps
          ? .available
          : .unavailable(
            "it is for the charts over steps: zoom loss or width with \(state.hint("zoom")) first")
      })
  ]
}

extension State {
  /// About the crosshair, or else about the middle of what is in view.
  fileprivate mutating func zoomSteps(by factor: Double) -> [Effect] {
    let middle = (stepsInView.lowerBound + stepsInView.upperBound) / 2
    zoomSteps(by: factor, about: crosshair ?? middle)
    return []
  }
}

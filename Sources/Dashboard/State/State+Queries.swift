import Experiment

extension State {
  package var snapshot: Snapshot { run.snapshot }

  package var isReady: Bool { run.phase == .ready }

  /// The adaptive layer that keys act on.
  package var selectedLayer: LayerSnapshot? {
    snapshot.layers.indices.contains(cut.layer) ? snapshot.layers[cut.layer] : nil
  }

  /// Neurons the cut keeps of a layer: 1 … its width. A cut that was set stays one while the layer shrinks below it:
  /// it keeps all but one then.
  package func kept(of layer: Int) -> Int {
    let width = snapshot.layers[layer].width
    guard layer < cut.kept.count, let kept = cut.kept[layer] else { return width }
    return min(max(1, kept), max(1, width - 1))
  }

  /// The curve of a layer, if it was measured and has points.
  package func curve(of layer: Int) -> TradeoffCurve? {
    run.inspection?.curves.first { $0.layer == layer && !$0.points.isEmpty }
  }

  /// The cut is one of all layers, of which there are several.
  package var isJoint: Bool { cut.isJoint && snapshot.layers.count > 1 }

  /// The fraction of every layer that a joint cut keeps: that of the selected one.
  package var jointShare: Double {
    guard let layer = selectedLayer else { return 1 }
    return Double(kept(of: cut.layer)) / Double(max(1, layer.width))
  }

  /// The curve that the trade-off pane shows.
  package var shownCurve: TradeoffCurve? {
    guard isJoint else { return curve(of: cut.layer) }
    return run.inspection?.joint.flatMap { $0.points.isEmpty ? nil : $0 }
  }

  /// The comparison with other orders, if it is of the layer that is shown.
  package var shownOrders: OrderComparison? {
    cut.comparesOrders && !isJoint ? orders(of: cut.layer) : nil
  }

  /// The comparison of a layer's order with others, if it was measured on the present network.
  package func orders(of layer: Int) -> OrderComparison? {
    guard !run.outdated.contains(.orders), let orders = run.inspection?.orders, orders.layer == layer else {
      return nil
    }
    return orders
  }

  /// What inspections of the network should measure.
  public var wish: InspectionRequest {
    let isOpen = if case .priceList = view.overlay { true } else { false }
    let shown = cut.comparesOrders && !isJoint && selectedLayer != nil ? cut.layer : nil
    return InspectionRequest(
      orderLayer: question?.content.comparedLayer ?? shown, wantsFrontier: isOpen,
      cut: question?.content.requestedCut(in: self), shownLayer: cut.layer,
      wantsPredictions: isReady && showsPredictions && isVisible(.input))
  }

  /// Whether training is paused, or will be once the last such command is answered.
  package var willBePaused: Bool { lastPauseOrResume ?? (snapshot.state == .paused) }

  /// Whether training will need a resume to go on: after a pause, the last epoch, or a divergence.
  package var willNeedResume: Bool {
    lastPauseOrResume ?? [.paused, .finished, .diverged].contains(snapshot.state)
  }

  private var lastPauseOrResume: Bool? {
    latestPending { command in
      switch command.action {
      case .pause: true
      case .resume: false
      default: nil
      }
    }
  }

  /// The pace as last asked for; `nil`: unlimited.
  package var requestedPace: Double? {
    let pending: Double?? = latestPending { command in
      if case .setPace(let pace) = command.action { pace } else { Double??.none }
    }
    return pending ?? snapshot.pace
  }

  /// The learning rate as last asked for.
  package var requestedLearningRate: Double {
    latestPending { command in
      if case .setLearningRate(let rate) = command.action { rate } else { nil }
    } ?? snapshot.learningRate
  }

  /// The layer being compressed.
  package var compressingLayer: Int? {
    snapshot.compression?.layer ?? snapshot.layers.firstIndex { $0.compressionTarget != nil }
  }

  /// Whether a recording is shown.
  package var isRecording: Bool { if case .recorded = run.link { true } else { false } }

  /// Whether the process that trained the run is gone, and the run has not ended.
  package var isInterrupted: Bool {
    if case .lost = run.link { !snapshot.state.isFinal } else { false }
  }

  /// Whether the run can go on without this screen.
  package var canDetach: Bool {
    guard case .own(nil) = run.link else { return false }
    return isReady
  }

  /// Whether quitting would lose training that goes on.
  /// A run that ended without an edit can be had again from its experiment.
  package var wouldLoseRun: Bool {
    guard case .own = run.link else { return false }
    if run.isSavedOnQuit { return isReady && snapshot.risk != nil }
    return isReady && (!snapshot.state.isFinal || !run.markers.isEmpty)
  }
}

extension State {
  /// For how many seconds the message above the footer stays there, and which one it is. It covers the price of the
  /// cut, so it gives way, and stays in the log; an error waits for a key.
  public var fadingMessage: (number: Int, seconds: Double)? {
    guard let message = messages.current, question == nil else { return nil }
    switch message.tone {
    case .plain, .good: return (messages.shown, 3)
    case .warning: return (messages.shown, 6)
    case .error: return nil
    }
  }
}

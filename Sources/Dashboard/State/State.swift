import Canvas
import Experiment

/// All the dashboard knows. `update` changes it and `render` draws it; neither reads a clock.
public struct State: Equatable, Sendable {
  /// In cells.
  public package(set) var width: Int
  /// In cells.
  public package(set) var height: Int
  /// Characters to draw with.
  public var glyphs: GlyphSet
  /// Colors to draw with.
  public var theme: Theme
  /// Those that can be chosen, the built-in ones and the user's own.
  public var themes = Theme.builtIn
  /// Whether the terminal shows colors at all.
  public var usesColor: Bool
  /// What the mouse is up to.
  public var mouse = MouseReporting.unavailable
  /// The keys of every command.
  public var keys = KeyMap.standard

  package var run: Run
  package var view = View()
  package var cut = Cut()
  package var charts = Charts()
  package var commands = Commands()
  package var messages = Messages()
  package var question: Question? {
    didSet { if oldValue == nil { questionStep = run.snapshot.step } }
  }
  /// The step at which the question was asked.
  private(set) var questionStep = 0

  /// - Parameters:
  ///   - name: What is trained, for the header.
  ///   - usesColor: Without, maps and images are drawn in letters and shades.
  ///   - isSavedOnQuit: Whether quitting keeps the run, so that it need not be asked about.
  public init(
    name: String, width: Int, height: Int, glyphs: GlyphSet, theme: Theme, usesColor: Bool = true,
    isSavedOnQuit: Bool = false
  ) {
    run = Run(name: name, isSavedOnQuit: isSavedOnQuit)
    self.width = max(0, width)
    self.height = max(0, height)
    self.glyphs = glyphs
    self.theme = theme
    self.usesColor = usesColor
  }

  /// What is known of the training.
  package struct Run: Equatable, Sendable {
    package var name: String
    package var isSavedOnQuit: Bool
    /// Whether the list of runs comes after it.
    package var isOpenedFromHome = false
    package var phase = Phase.loading("")
    /// What was done so far to load the data.
    package var loadingSteps: [String] = []
    /// The path of the data; `nil`: not known here, or a built-in task's.
    package var dataFile: String?
    /// What the data were read as; `nil`: not known yet, or not kept.
    package var data: DataReport?
    package var link = Link.own(refusal: "nothing would keep it")
    /// Seconds for which nothing was heard of it; `nil`: it is heard of.
    package var silence: Int?
    /// The last one that arrived.
    package var snapshot = Snapshot()
    package var inspection: Inspection?
    /// Parts of the inspection that are of the network before the last edit: they are no longer shown as current.
    package var outdated: Set<Inspection.Part> = []
    package var frontier: CutFrontier?
    /// The price of the cut that was asked about last.
    package var price: CutPrice?
    /// What other methods reach at the sizes of this network, if it was measured.
    package var baselines: [Baseline] = []
    package var markers: [Marker] = []
    /// How often the test rows were measured.
    package var testEvaluations = 0

    package enum Phase: Equatable, Sendable {
      case loading(String)
      case ready
    }
  }

  /// What is looked at.
  package struct View: Equatable, Sendable {
    package var focus = Pane.loss
    /// What the lower half of the medium layout shows.
    package var lower = Pane.tradeoff
    package var isZoomed = false
    /// The entry at the top of a list of classes or confusions that is longer than its pane.
    package var firstClass = 0
    /// What the input pane was asked to show; `State.inputContent` is what it shows.
    package var inputContent = InputContent.inputs
    /// The width pane shows a table of the layers, and not their widths over the steps.
    package var showsLayerTable = false
    package var overlay: Overlay?
    /// Where the mouse button went down on something that can be dragged.
    package var grabbed: Pane?
  }

  /// What the input pane shows.
  package enum InputContent: Equatable, Sendable {
    /// What the network makes of some inputs.
    case inputs
    /// The confusion matrix, or predicted values against true ones.
    case predictions
    /// True minus predicted values against predicted ones.
    case residuals
  }

  /// A list over the panes; those that scroll, with how many of their lines are above their top.
  package enum Overlay: Equatable, Sendable {
    case help(top: Int, search: Search? = nil)
    /// Counted back from the newest message.
    case log(back: Int)
    case palette(Palette)
    case priceList(PriceList)
    /// What was read of the data.
    case data(top: Int)
  }

  /// What the help is narrowed to.
  package struct Search: Equatable, Sendable {
    package var text: String
    /// Keys are letters of it.
    package var isTyping = true

    package init(text: String = "") { self.text = text }
  }

  /// Where a cut would fall.
  package struct Cut: Equatable, Sendable {
    /// Among the adaptive layers.
    package var layer = 0
    /// Neurons kept of each layer; `nil`: all of them, however many there are.
    package var kept: [Int?] = []
    /// It stands for the same fraction of every layer.
    package var isJoint = false
    /// Its layer's cuts are compared with those in other orders.
    package var comparesOrders = false
    /// The neurons pane shows contributions, and not what each neuron adds.
    package var showsContributions = false
  }

  /// How the charts over steps are drawn.
  package struct Charts: Equatable, Sendable {
    package var isLogarithmic = true
    package var isSmoothed = true
    /// The steps in view; `nil`: the whole run, however long it gets.
    package var range: ClosedRange<Double>? { didSet { if range == nil { zoom = 1 } } }
    /// How much of the run that was in view when zooming began.
    package var zoom = 1.0
    /// The step at the crosshair of a zoomed chart.
    package var crosshair: Double?
  }

  /// What was asked of the trainer.
  package struct Commands: Equatable, Sendable {
    package var nextID = 1
    /// Sent and not yet answered.
    package var pending: [Int: TrainingCommand] = [:]
  }

  /// What was said to the user.
  package struct Messages: Equatable, Sendable {
    package var log: [Message] = []
    /// Logged since the log was last looked at, without having been shown.
    package var unread = 0
    /// In the line above the footer, until the next key, or until it has been there for a while.
    package var current: Message? { didSet { if current != nil { shown += 1 } } }
    /// How many were there so far.
    package private(set) var shown = 0

    /// More are forgotten, oldest first.
    package static let capacity = 1000
  }
}

/// One line for the user.
package struct Message: Equatable, Sendable {
  package var tone: Tone
  package var text: String
  /// The step of the run that the message is about; `nil`: it is about something else.
  package var step: Int?
  /// What its first clause becomes where room is short, longest first.
  package var brief: [String] = []

  package enum Tone: Equatable, Sendable { case plain, good, warning, error }
}

/// A structural edit, as the charts mark it.
package struct Marker: Equatable, Sendable {
  package var step: Int
  package var edit: Edit
  /// It lies on a stretch that an undo took back.
  package var isAbandoned = false

  package var label: String { edit.label }

  /// What happened to the network.
  package enum Edit: Equatable, Sendable {
    /// A layer, or all of them together, came from so many neurons to so many.
    case width(from: Int, to: Int)
    case other(String)

    package var label: String {
      switch self {
      case .width(let from, let to): "\(from)→\(to)"
      case .other(let text): text
      }
    }

    private var end: Int? {
      switch self {
      case .width(_, let end): end
      case .other: nil
      }
    }

    /// The label of edits at one step; where several widths changed, only what they came to: "→151, →149".
    package static func label(of edits: [Edit]) -> String {
      let ends = edits.compactMap { $0.end }
      guard ends.count > 1 else { return edits.map { $0.label }.joined(separator: ", ") }
      if ends.count == edits.count, ends.count > 2, Set(ends).count == 1 {
        return "\(ends.count) layers →\(ends[0])"
      }
      let labels = edits.map { edit in
        if let end = edit.end { "→\(end)" } else { edit.label }
      }
      return labels.joined(separator: ", ")
    }
  }
}

package import Analysis

/// What is looked at, and how: all that keys change.
package struct ViewState: Sendable {
  package var columns: Int
  package var rows: Int
  package var screen = ScreenName.cpu
  var showsHelp = false
  var helpLine = 0
  /// The part of the trace that the timelines show.
  package var window: TimelineWindow
  /// The instant at hand.
  package var cursor: Int64
  /// The rows at hand, one a screen.
  var row: [ScreenName: RowKey] = [:]
  var firstRow: [ScreenName: Int] = [:]
  package var markA: Int64?
  package var markB: Int64?
  /// Spans of time that have names.
  var ranges: [String: TimelineWindow] = [:]
  var history: [Place] = []
  var pins: [RowKey] = []
  /// What was folded or unfolded by hand.
  var folds: [RowKey: Bool] = [:]
  var order = RowOrder.run
  /// Whether processes stand below their control groups.
  var groupsByCgroup = false
  /// Places of processes, in the order in which they stand; those that are not there come behind.
  var processes: [Int] = []
  var hidden: Set<RowKey> = []
  /// Rows of which the filter says that nothing matches.
  var excluded: Set<RowKey> = []
  var showsDetails = true
  var labels = LabelWidth.normal
  var timeFormat = TimeFormat.relative
  var prompt: Prompt?
  /// What a key had to say; gone with the next one.
  var message: String?
  var pane: TextPane?
  var search: Search?
  var filter: FilterChoice?
  var events = EventPosition()
  var stats = StatsChoice()
  var jump: Jump?
  var export: ExportOrder?
  /// The window that was fitted last.
  var fitted: TimelineWindow?
  /// Whether the window stays at the trace's end.
  var isAtEnd = false
  /// Whether anything was pressed yet.
  var isTouched = false
  var isQuitting = false
  /// What the loop has to do: it alone has the terminal.
  var wish: Wish?

  /// A place to which one can go back.
  struct Place: Hashable, Sendable {
    var screen: ScreenName
    var window: TimelineWindow
    var cursor: Int64
    var row: RowKey?
  }

  enum LabelWidth: String, Hashable, Sendable, CaseIterable {
    case normal, wide, narrow
  }

  enum Wish: Hashable, Sendable {
    case redraw, suspend, mouse, theme, glyphs
    case copy(String)
  }

  package init(columns: Int, rows: Int, end: Int64) {
    self.columns = columns
    self.rows = rows
    window = TimelineWindow(0, max(1, end))
    cursor = max(1, end) / 2
  }
}

/// How instants are written.
enum TimeFormat: String, Hashable, Sendable, CaseIterable {
  case relative, wall, sinceA
}

/// What is shown of the events.
struct EventPosition: Hashable, Sendable {
  /// From where the page at hand was read.
  var place = EventPlace.time(0)
  /// The event at hand, counted from there.
  var offset = 0
}

/// Which statistics are shown.
struct StatsChoice: Hashable, Sendable {
  var table = "threads"
  var firstLine = 0
  /// The row at hand.
  var line = 0
  var sort: String?
  var key: String?
  var drawsHistograms = false
}

/// A filter that is in force, or was.
struct FilterChoice: Hashable, Sendable {
  var text: String
  var isOn = true
}

/// What is looked for.
struct Search: Hashable, Sendable {
  var text: String
  /// The filter that stands for it.
  var filter: String
  /// Where it began.
  var from: Int64
  /// Whether its first hit was gone to.
  var isShown = false
}

/// What is to be written to a trace of its own.
struct ExportOrder: Hashable, Sendable {
  var window: TimelineWindow
  var path: String
}

/// Text over the screen: what was copied, a chain of waits.
struct TextPane: Hashable, Sendable {
  var title: String
  var lines: [String]
  /// Where Enter goes, a line each.
  var places: [(lane: TimelineLane, time: Int64)?] = []
  var line = 0

  static func == (left: TextPane, right: TextPane) -> Bool {
    left.title == right.title && left.lines == right.lines && left.line == right.line
  }

  func hash(into hasher: inout Hasher) {
    hasher.combine(title)
    hasher.combine(lines)
  }
}

/// A text that is being typed.
struct Prompt: Hashable, Sendable {
  enum Kind: Hashable, Sendable {
    case palette, search, filter, goTo, row, name, mark, export
  }

  var kind: Kind
  var text = ""
  /// Which of the choices is at hand.
  var choice = 0
  /// Why the text cannot be taken, and where in it.
  var problem: (text: String, column: Int?)?
  /// What was there before, for Esc.
  var before: ViewState.Place?

  init(_ kind: Kind, text: String = "") {
    self.kind = kind
    self.text = text
  }

  static func == (left: Prompt, right: Prompt) -> Bool {
    left.kind == right.kind && left.text == right.text && left.choice == right.choice
  }

  func hash(into hasher: inout Hasher) {
    hasher.combine(kind)
    hasher.combine(text)
  }

  var label: String {
    switch kind {
    case .palette: ":"
    case .search: "find "
    case .filter: "filter "
    case .goTo: "go to "
    case .row: "row "
    case .name: "name of A-B "
    case .mark: "go to mark "
    case .export: "export A-B to "
    }
  }
}

/// A place that has to be looked up in the file.
enum Jump: Hashable, Sendable {
  case next(TimelineLane, Int64)
  case previous(TimelineLane, Int64)
  case waker(TimelineLane, Int64)
  case woken(TimelineLane, Int64)
  case instance(TimelineLane, Int64, longer: Bool)
  case chain(TimelineLane, Int64)
  case fit(TimelineLane, Int64)
}

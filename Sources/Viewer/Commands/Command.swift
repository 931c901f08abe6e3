/// Something that can be done, by key or by name: the one table of which help, the hint line and the
/// manual page are made.
package struct Command: Sendable {
  package enum Section: String, Sendable, CaseIterable {
    case time = "Move in time"
    case rows = "Rows"
    case marks = "Mark and measure"
    case find = "Find"
    case why = "Why"
    case look = "Look"
    case take = "Take away"
  }

  package let name: String
  package let section: Section
  package let keys: [Key]
  package let help: String
  /// Two words at most, for the hint line.
  package let hint: String
  let screens: Set<ScreenName>
  let run: @Sendable (inout View) -> Void

  init(
    _ name: String, _ section: Section, _ keys: [Key], _ help: String, hint: String = "",
    on screens: Set<ScreenName> = Set(ScreenName.allCases),
    _ run: @escaping @Sendable (inout View) -> Void
  ) {
    self.name = name
    self.section = section
    self.keys = keys
    self.help = help
    self.hint = hint.isEmpty ? help : hint
    self.screens = screens
    self.run = run
  }

  /// The screens on which it does something.
  package var `where`: String {
    ScreenName.allCases.filter { screens.contains($0) }.map { "\($0.number)" }
      .joined(separator: ",")
  }

  package static let all: [Command] =
    timeCommands + rowCommands + markCommands + findCommands + whyCommands + lookCommands
    + takeCommands

  static let timelines: Set<ScreenName> = [.cpu, .thread]
}

extension Key: ExpressibleByUnicodeScalarLiteral {
  package init(unicodeScalarLiteral glyph: Unicode.Scalar) { self = .character(glyph) }

  /// As help calls it.
  package var name: String {
    switch self {
    case .character(" "): "Space"
    case .character(let glyph): String(glyph)
    case .control(let glyph): "Ctrl-\(String(glyph).uppercased())"
    case .up: "↑"
    case .down: "↓"
    case .left: "←"
    case .right: "→"
    case .home: "Home"
    case .end: "End"
    case .pageUp: "PgUp"
    case .pageDown: "PgDn"
    case .insert: "Ins"
    case .delete: "Del"
    case .backspace: "Backspace"
    case .enter: "Enter"
    case .tab: "Tab"
    case .backTab: "Shift-Tab"
    case .escape: "Esc"
    case .escapeTakenBack: "Esc, undone"
    case .function(let number): "F\(number)"
    case .mouse: "mouse"
    case .paste: "paste"
    }
  }
}

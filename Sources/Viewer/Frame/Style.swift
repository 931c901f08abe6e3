/// How a cell looks, in words: a theme turns them into colours.
package struct Style: Hashable, Sendable {
  package var foreground: ColourRole
  package var background: ColourRole
  package var isBold: Bool
  package var isUnderlined: Bool
  package var isReversed: Bool

  package init(
    _ foreground: ColourRole = .text, on background: ColourRole = .background, bold: Bool = false,
    underlined: Bool = false, reversed: Bool = false
  ) {
    self.foreground = foreground
    self.background = background
    isBold = bold
    isUnderlined = underlined
    isReversed = reversed
  }
}

/// What a colour stands for.
package enum ColourRole: UInt8, Hashable, Sendable, CaseIterable {
  /// The terminal's own.
  case text, background
  /// Less than text: rulers, borders, what is off.
  case faint
  case heading, key, warning, cursor, mark, hit
  /// Bars and curves.
  case graph
  // What threads and CPUs do.
  case run, runnable, diskIO, diskOther, lock, stopped
  /// System calls, interrupts, spans by depth.
  case call, hardInterrupt, softInterrupt, span0, span1, span2

  /// The fills of lanes of states, which have to be told apart by all eyes.
  package static let states: [ColourRole] = [
    .run, .runnable, .diskIO, .diskOther, .lock, .stopped,
  ]
}

/// Which colours stand for which roles.
package struct Theme: Hashable, Sendable {
  package enum Name: String, Hashable, Sendable, CaseIterable {
    /// Safe for colour-blind eyes.
    case standard
    /// Colours as people know them from Perfetto.
    case perfetto
    /// More contrast, for the ground that the terminal has.
    case contrast
    /// No colours: bold, reversed, underlined.
    case mono
  }

  package enum Ground: String, Hashable, Sendable, CaseIterable {
    case dark, light
  }

  /// One colour in two palettes.
  struct Colour: Hashable, Sendable {
    /// In the palette of 256.
    var index: UInt8
    /// In the palette of 16, whose upper half a terminal of 8 shows bold.
    var plain: UInt8

    init(_ index: UInt8, _ plain: UInt8) {
      self.index = index
      self.plain = plain
    }
  }

  package var name: Name
  package var ground: Ground

  package init(_ name: Name, on ground: Ground = .dark) {
    self.name = name
    self.ground = ground
  }

  /// Asked for by SWTRACE_THEME and NO_COLOR; the ground is what COLORFGBG says, else dark.
  package init(environment: (String) -> String?) {
    let fields = environment("COLORFGBG")?.split(separator: ";") ?? []
    let isLight = fields.last.flatMap { UInt8($0) }.map { $0 == 7 || $0 > 8 } ?? false
    self.init(.standard, on: isLight ? .light : .dark)
    switch environment("SWTRACE_THEME") {
    case "dark": ground = .dark
    case "light": ground = .light
    case "contrast": name = .contrast
    case "mono": name = .mono
    case "perfetto": name = .perfetto
    default: break
    }
    if environment("NO_COLOR")?.isEmpty == false { name = .mono }
  }

  /// Colour of a glyph; none is the terminal's own.
  func foreground(_ role: ColourRole) -> Colour? {
    switch role {
    case .text: nil
    case .background: black
    default: Self.states(name, ground)[role] ?? Self.others[role]
    }
  }

  /// Colour behind a glyph; none is the terminal's own.
  func background(_ role: ColourRole) -> Colour? {
    switch (role, ground) {
    case (.background, _): nil
    case (.text, _): white
    case (.cursor, .dark): Colour(24, 4)
    case (.cursor, .light): Colour(153, 6)
    case (.mark, .dark): Colour(23, 6)
    case (.mark, .light): Colour(158, 6)
    case (.hit, .dark): Colour(58, 3)
    case (.hit, .light): Colour(228, 3)
    default: foreground(role)
    }
  }

  /// What a glyph on a coloured ground looks like the terminal's ground.
  private var black: Colour { ground == .dark ? Colour(16, 0) : Colour(231, 7) }
  private var white: Colour { ground == .dark ? Colour(231, 7) : Colour(16, 0) }

  /// Found by search: ΔE ≥ 20 between any two for all eyes, contrast ≥ 3:1 on black and on white.
  private static let standard: [ColourRole: Colour] = [
    .run: Colour(29, 2), .runnable: Colour(58, 11), .diskIO: Colour(136, 5),
    .diskOther: Colour(126, 1), .lock: Colour(93, 12), .stopped: Colour(105, 6),
  ]

  private static let perfetto: [ColourRole: Colour] = [
    .run: Colour(28, 2), .runnable: Colour(148, 11), .diskIO: Colour(208, 5),
    .diskOther: Colour(131, 1), .lock: Colour(97, 12), .stopped: Colour(245, 6),
  ]

  private static let contrastOnDark: [ColourRole: Colour] = [
    .run: Colour(64, 2), .runnable: Colour(46, 11), .diskIO: Colour(223, 5),
    .diskOther: Colour(168, 1), .lock: Colour(134, 12), .stopped: Colour(153, 6),
  ]

  private static let contrastOnLight: [ColourRole: Colour] = [
    .run: Colour(24, 2), .runnable: Colour(131, 11), .diskIO: Colour(52, 5),
    .diskOther: Colour(160, 1), .lock: Colour(92, 12), .stopped: Colour(17, 6),
  ]

  private static func states(_ name: Name, _ ground: Ground) -> [ColourRole: Colour] {
    switch (name, ground) {
    case (.perfetto, _): perfetto
    case (.contrast, .dark): contrastOnDark
    case (.contrast, .light): contrastOnLight
    default: standard
    }
  }

  private static let others: [ColourRole: Colour] = [
    .faint: Colour(244, 7), .heading: Colour(32, 14), .key: Colour(166, 11),
    .warning: Colour(160, 9), .cursor: Colour(33, 14), .mark: Colour(30, 6), .hit: Colour(136, 3),
    .graph: Colour(68, 14), .call: Colour(31, 14), .hardInterrupt: Colour(161, 9),
    .softInterrupt: Colour(169, 13), .span0: Colour(67, 12), .span1: Colour(65, 10),
    .span2: Colour(97, 13),
  ]
}

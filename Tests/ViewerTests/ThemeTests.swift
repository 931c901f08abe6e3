import Testing

@testable import Viewer

/// Colours that all eyes tell apart, and what terminals of fewer colours get.
@Suite struct ThemeTests {
  static let black = PaletteColour(16)
  static let white = PaletteColour(231)

  static func colour(_ theme: Theme, _ role: ColourRole) throws -> PaletteColour {
    PaletteColour(try #require(theme.foreground(role)).index)
  }

  /// The smallest ΔE between two states.
  static func nearest(
    _ theme: Theme, _ eyes: Eyes, _ distance: (Lab, Lab) -> Double
  ) throws -> Double {
    let seen = try ColourRole.states.map { Lab(try colour(theme, $0), seenBy: eyes) }
    return seen.indices.flatMap { one in
      seen[..<one].map { distance($0, seen[one]) }
    }.min() ?? 0
  }

  @Test func `ΔE is that of the published examples`() {
    let pairs: [(Lab, Lab, Double)] = [
      (Lab(lightness: 50, a: 2.6772, b: -79.7751), Lab(lightness: 50, a: 0, b: -82.7485), 2.0425),
      (Lab(lightness: 50, a: 2.5, b: 0), Lab(lightness: 73, a: 25, b: -18), 27.1492),
      (
        Lab(lightness: 2.0776, a: 0.0795, b: -1.1350),
        Lab(lightness: 0.9033, a: -0.0636, b: -0.5514), 0.9082
      ),
      (
        Lab(lightness: 90.8027, a: -2.0831, b: 1.4410),
        Lab(lightness: 91.1528, a: -1.6435, b: 0.0447), 1.4441
      ),
    ]
    for (one, other, distance) in pairs {
      #expect(abs(one.distance2000(other) - distance) < 0.0001)
    }
    let red = Lab(PaletteColour(196), seenBy: .normal)
    #expect(abs(red.lightness - 53.24) < 0.01 && abs(red.a - 80.09) < 0.01)
    #expect(abs(Self.black.contrast(Self.white) - 21) < 0.001)
  }

  @Test(
    arguments: Eyes.allCases,
    [
      Theme(.standard), Theme(.contrast, on: .dark), Theme(.contrast, on: .light),
    ])
  func `states are ΔE ≥ 20 apart in CIE76 for every eye`(eyes: Eyes, theme: Theme) throws {
    let nearest = try Self.nearest(theme, eyes) { $0.distance76($1) }
    #expect(nearest >= 20, "\(theme) \(eyes) \(nearest)")
  }

  /// Of six colours of the palette with this contrast on both grounds none are ≥ 16.2 apart.
  @Test(arguments: Eyes.allCases)
  func `states are ΔE ≥ 15 apart in CIEDE2000 for every eye`(eyes: Eyes) throws {
    let nearest = try Self.nearest(Theme(.standard), eyes) { $0.distance2000($1) }
    #expect(nearest >= 15, "\(eyes) \(nearest)")
  }

  @Test(arguments: ColourRole.allCases.filter { $0 != .text && $0 != .background })
  func `colours have a contrast of 3 to 1 on black and on white`(role: ColourRole) throws {
    let colour = try Self.colour(Theme(.standard), role)
    #expect(colour.contrast(Self.black) >= 3)
    #expect(colour.contrast(Self.white) >= 3)
  }

  @Test(arguments: Theme.Ground.allCases)
  func `the theme of contrast has 4.5 to 1 on its ground`(ground: Theme.Ground) throws {
    for role in ColourRole.states {
      let colour = try Self.colour(Theme(.contrast, on: ground), role)
      #expect(colour.contrast(ground == .dark ? Self.black : Self.white) >= 4.5)
    }
  }

  @Test(arguments: Theme.Ground.allCases)
  func `text is readable on the cursor, on marks and on hits`(ground: Theme.Ground) throws {
    let text = ground == .dark ? Self.white : Self.black
    for role in [ColourRole.cursor, .mark, .hit] {
      let colour = try #require(Theme(.standard, on: ground).background(role))
      #expect(PaletteColour(colour.index).contrast(text) >= 4.5)
    }
  }

  @Test(
    arguments: [ColourDepth.eight, .sixteen],
    [
      Theme(.standard), Theme(.standard, on: .light), Theme(.perfetto), Theme(.contrast),
    ])
  func `terminals of few colours tell states apart, in front and behind`(
    depth: ColourDepth, theme: Theme
  ) {
    let front = ColourRole.states.map { theme.look(Style($0), depth) }
    let behind = ColourRole.states.map { theme.look(Style(.text, on: $0), depth).background }
    #expect(Set(front).count == 6)
    #expect(Set(behind).count == 6)
    let limit: Int32 = depth == .eight ? 8 : 16
    #expect(front.allSatisfy { $0.foreground >= 0 && $0.foreground < limit })
  }

  @Test(arguments: [ColourDepth.none, .eight, .palette, .direct])
  func `mono has no colours`(depth: ColourDepth) {
    for front in ColourRole.allCases {
      for behind in ColourRole.allCases {
        let look = Theme(.mono).look(Style(front, on: behind), depth)
        #expect(look.foreground == -1 && look.background == -1)
      }
    }
    #expect(Theme(.mono).look(Style(.text, on: .cursor), depth).isReversed)
    #expect(Theme(.mono).look(Style(.heading), depth).isBold)
    #expect(Theme(.mono).look(Style(.mark), depth).isUnderlined)
    #expect(Theme(.mono).look(Style(.text, on: .run), depth).isReversed)
  }

  @Test func `a terminal of direct colours gets red, green and blue`() {
    #expect(Theme(.standard).look(Style(.run), .direct).foreground == 0x00875F)
    #expect(Theme(.standard).look(Style(.run), .palette).foreground == 29)
    #expect(Theme(.standard).look(Style(), .palette).foreground == -1)
    #expect(ColourDepth(colours: 1 << 24, isDirect: true) == .direct)
    #expect(ColourDepth(colours: 256, isDirect: false) == .palette)
    #expect(ColourDepth(colours: 88, isDirect: false) == .sixteen)
    #expect(ColourDepth(colours: 0, isDirect: false) == .none)
  }

  @Test(arguments: [
    ([:], Theme(.standard)), (["SWTRACE_THEME": "cvd"], Theme(.standard)),
    (["SWTRACE_THEME": "auto", "COLORFGBG": "0;15"], Theme(.standard, on: .light)),
    (["COLORFGBG": "15;default;0"], Theme(.standard)),
    (["COLORFGBG": "0;7"], Theme(.standard, on: .light)),
    (["SWTRACE_THEME": "light"], Theme(.standard, on: .light)),
    (["SWTRACE_THEME": "dark", "COLORFGBG": "0;15"], Theme(.standard)),
    (["SWTRACE_THEME": "contrast", "COLORFGBG": "0;15"], Theme(.contrast, on: .light)),
    (["SWTRACE_THEME": "perfetto"], Theme(.perfetto)), (["SWTRACE_THEME": "mono"], Theme(.mono)),
    (["SWTRACE_THEME": "none such"], Theme(.standard)), (["NO_COLOR": ""], Theme(.standard)),
    (["NO_COLOR": "0"], Theme(.mono)),
    (["NO_COLOR": "1", "SWTRACE_THEME": "perfetto"], Theme(.mono)),
  ])
  func `the environment chooses`(variables: [String: String], theme: Theme) {
    #expect(Theme(environment: { variables[$0] }) == theme)
  }
}

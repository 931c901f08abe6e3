/// How a cell looks on a terminal of so many colours.
struct Look: Hashable, Sendable {
  /// Numbers of colours; -1 is the terminal's own.
  var foreground: Int32 = -1
  var background: Int32 = -1
  var isBold: Bool
  var isUnderlined: Bool
  var isReversed: Bool
}

/// How a terminal counts its colours.
enum ColourDepth: Hashable, Sendable {
  case none, eight, sixteen, palette
  /// A number is red, green and blue.
  case direct

  init(colours: Int32, isDirect: Bool) {
    self =
      switch colours {
      case _ where isDirect && colours > 256: .direct
      case 256...: .palette
      case 16...: .sixteen
      case 8...: .eight
      default: .none
      }
  }
}

extension Theme {
  func look(_ style: Style, _ depth: ColourDepth) -> Look {
    var look = Look(
      isBold: style.isBold, isUnderlined: style.isUnderlined, isReversed: style.isReversed)
    if name == .mono || depth == .none {
      withoutColours(style, &look)
      return look
    }
    if style.foreground.isBold { look.isBold = true }
    if let colour = foreground(style.foreground) {
      let number = number(colour, depth)
      look.foreground = number
      if depth == .eight, number > 7 { (look.foreground, look.isBold) = (number - 8, true) }
    }
    if let colour = background(style.background) {
      let number = number(colour, depth)
      look.background = depth == .eight ? number & 7 : number
    }
    return look
  }

  private func number(_ colour: Colour, _ depth: ColourDepth) -> Int32 {
    switch depth {
    case .direct: return Int32(PaletteColour(colour.index).packed)
    case .palette: return Int32(colour.index)
    default:
      // Bright colours are not seen on a light ground.
      return Int32(ground == .light && colour.plain > 8 ? colour.plain - 8 : colour.plain)
    }
  }

  private func withoutColours(_ style: Style, _ look: inout Look) {
    if style.foreground.isBold { look.isBold = true }
    switch style.foreground {
    case .mark: look.isUnderlined = true
    case .cursor, .hit: look.isReversed = true
    default: break
    }
    switch style.background {
    case .background, .faint: break
    case .mark: look.isUnderlined = true
    case .hit: (look.isBold, look.isUnderlined) = (true, true)
    default: look.isReversed.toggle()
    }
  }
}

extension ColourRole {
  /// Whether it is written bold, with and without colours.
  fileprivate var isBold: Bool {
    switch self {
    case .heading, .key, .warning: true
    default: false
    }
  }
}

/// The glyphs that a terminal can show.
package enum Glyphs: String, Hashable, Sendable, CaseIterable {
  case full
  /// Half blocks, shades and lines, as the Linux console's font has them.
  case blocks
  case ascii

  /// Asked for by SWTRACE_GLYPHS, else told by the terminal and the language.
  package init(environment: (String) -> String?, isUTF8: Bool? = nil) {
    if let asked = environment("SWTRACE_GLYPHS").flatMap(Glyphs.init(rawValue:)) {
      self = asked
    } else if !(isUTF8 ?? Self.isUTF8(environment)) {
      self = .ascii
    } else {
      self =
        switch environment("TERM") ?? "" {
        case "linux", "linux-16color": .blocks
        case let name where name.hasPrefix("vt"): .ascii
        default: .full
        }
    }
  }

  /// Whether the language's characters are written in UTF-8.
  package static func isUTF8(_ environment: (String) -> String?) -> Bool {
    let language = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap(environment).first { !$0.isEmpty }
    return (language ?? "").lowercased().filter { $0 != "-" }.contains("utf8")
  }

  /// The frame with glyphs that are there, cell by cell.
  package func translated(_ frame: Frame) -> Frame {
    self == .full ? frame : frame.mapped { translated($0) }
  }

  /// The glyph nearest to one, as wide.
  package func translated(_ glyph: Unicode.Scalar) -> Unicode.Scalar {
    guard glyph.value >= 0x80 else { return glyph }
    switch self {
    case .full: return glyph
    case .blocks:
      return Self.kept.contains(glyph) ? glyph : Self.inBlocks[glyph] ?? glyph
    case .ascii:
      if let found = Self.inASCII[glyph] { return found }
      return (0x2500..<0x2580).contains(glyph.value) ? "+" : "?"
    }
  }

  private static let kept = Set("▀▄█▌▐░▒▓│─┌┐└┘├┤┬┴┼═║·".unicodeScalars)

  private static func table(
    _ rows: KeyValuePairs<String, String>
  ) -> [Unicode.Scalar: Unicode.Scalar] {
    var table: [Unicode.Scalar: Unicode.Scalar] = [:]
    for (from, to) in rows {
      for (glyph, nearest) in zip(from.unicodeScalars, to.unicodeScalars) { table[glyph] = nearest }
    }
    return table
  }

  private static let inBlocks = table([
    "▏▎▍▋▊▉▕": "  ▌▌██ ", "▁▂▃▅▆▇▔": "  ▄▄██ ",
    "╷╵╶╴╎╌┄┆": "││──│──│", "╭╮╰╯╳╱╲": "┌┐└┘x/\\", "━┃┏┓┗┛┣┫┳┻╋": "─│┌┐└┘├┤┬┴┼",
    "▾▴▸◂▼▲▶◀›‹»«": "v^><v^><><><", "↑↓→←⇄↔": "^v><%%", "…⋯•●○◆": "..··o·",
    "“”‘’–—×≥≤≠≈√✓µμ": "\"\"''--x><#~vvuu",
  ])

  private static let inASCII = table([
    "█▓▒░": "##=.", "▏▎▍▌▋▊▉▐▕▀▄": "   ####  #_", "▁▂▃▅▆▇▔": "_.-=+*-",
    "│┃║╷╵╎┆": "|||''|:", "─━═╶╴╌┄": "---" + "----", "╳╱╲": "x/\\",
    "·•●○◆": "..oo*", "▾▴▸◂▼▲▶◀›‹»«": "v^><v^><><><", "↑↓→←⇄↔": "^v><%%", "…⋯": "..",
    "“”‘’–—×≥≤≠≈√✓µμ±°": "\"\"''--x><#~vvuu+o",
  ])
}

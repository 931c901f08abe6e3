import Testing

@testable import Viewer

/// Glyphs for poorer terminals.
@Suite struct GlyphsTests {
  static let drawn =
    "█▓▒░▀▄▌▐▏▎▍▋▊▉▕▁▂▃▅▆▇▔│─┌┐└┘├┤┬┴┼═━┃╷╵╶╴╎╌╭╮╰╯╳·•●…⋯▾▴▸◂›‹»«↑↓→←⇄“”’–—×≥≤≠√μ"

  static func frame(_ text: String) -> Frame {
    var frame = Frame(columns: max(1, text.columns), rows: 1)
    frame.put(text, 0, 0)
    return frame
  }

  static func translated(_ text: String, _ glyphs: Glyphs) -> String {
    glyphs.translated(frame(text)).lines[0]
  }

  @Test func `full keeps everything`() {
    #expect(Self.translated(Self.drawn + "漢é", .full) == Self.drawn + "漢é")
  }

  @Test func `ascii leaves nothing but ASCII, without question marks for what is drawn`() {
    let text = Self.translated(Self.drawn, .ascii)
    #expect(text.unicodeScalars.allSatisfy { (0x20..<0x7F).contains($0.value) })
    #expect(!text.contains("?"))
    #expect(text.columns == Self.drawn.columns)
  }

  @Test(arguments: [
    ("█▒·D↑⇄╳", "#=.D^%x"), ("│├─┤┼", "|+-++"), ("▾CPU0 ▸4212 › …", "vCPU0 >4212 > ."),
    ("▁▂▃▄▅▆▇█", "_.-_=+*#"), ("██▏", "##"), ("██▌|", "###|"), ("é 漢x", "? ??x"),
  ])
  func `ascii draws the nearest`(full: String, ascii: String) {
    #expect(Self.translated(full, .ascii) == ascii)
  }

  @Test(arguments: [
    ("█▓▒░▀▄▌▐", "█▓▒░▀▄▌▐"), ("▏▎▍▋▊▉|", "  ▌▌██|"), ("▁▂▃▅▆▇", "  ▄▄██"), ("╳↑⇄▾▸›…", "x^%v>>."),
    ("├ GET ─┤", "├ GET ─┤"), ("╭─╮", "┌─┐"),
  ])
  func `blocks keeps what the font of the console has`(full: String, blocks: String) {
    #expect(Self.translated(full, .blocks) == blocks)
  }

  @Test func `blocks leaves only what the font has of what is drawn`() {
    let text = Self.translated(Self.drawn, .blocks)
    let font = Set("█▓▒░▀▄▌▐│─┌┐└┘├┤┬┴┼═║·".unicodeScalars)
    #expect(text.unicodeScalars.allSatisfy { $0.value < 0x80 || font.contains($0) })
  }

  @Test func `styles and the cursor stay`() {
    var frame = Self.frame("█漢█")
    frame.cursor = (0, 1)
    frame.restyle(0, 0..<4) { $0 = Style(.run, on: .lock, bold: true) }
    let other = Glyphs.ascii.translated(frame)
    #expect(other.cursor?.column == 1)
    #expect((0..<4).allSatisfy { other[0, $0].style == Style(.run, on: .lock, bold: true) })
    #expect((0..<4).allSatisfy { !other[0, $0].isRightHalf })
  }

  @Test(arguments: [
    (["TERM": "xterm-256color", "LANG": "C.UTF-8"], Glyphs.full),
    (["TERM": "xterm-256color", "LANG": "de_DE.utf8"], .full),
    (["TERM": "xterm-256color", "LANG": "de_DE.UTF-8", "LC_ALL": "C"], .ascii),
    (["TERM": "xterm-256color", "LANG": "de_DE.UTF-8", "LC_ALL": ""], .full),
    (["TERM": "xterm-256color"], .ascii), (["TERM": "linux", "LANG": "C.UTF-8"], .blocks),
    (["TERM": "linux", "LANG": "C"], .ascii), (["TERM": "vt100", "LANG": "C.UTF-8"], .ascii),
    (["TERM": "vt220", "LANG": "C.UTF-8"], .ascii),
    (["TERM": "vt100", "LANG": "C", "SWTRACE_GLYPHS": "full"], .full),
    (["TERM": "linux", "LANG": "C.UTF-8", "SWTRACE_GLYPHS": "ascii"], .ascii),
    (["TERM": "tmux-256color", "LANG": "C.UTF-8", "SWTRACE_GLYPHS": "none such"], .full),
  ])
  func `the environment chooses`(variables: [String: String], glyphs: Glyphs) {
    #expect(Glyphs(environment: { variables[$0] }) == glyphs)
  }

  @Test func `a terminal that was asked is believed`() {
    #expect(Glyphs(environment: { ["TERM": "xterm"][$0] }, isUTF8: true) == .full)
    #expect(Glyphs(environment: { ["LANG": "C.UTF-8"][$0] }, isUTF8: false) == .ascii)
  }
}

import Testing

@testable import Events

@Suite struct TerminalTextTests {
  func escaped(_ bytes: [UInt8]) -> String {
    var output: [UInt8] = []
    TerminalText.append(bytes.span, to: &output)
    return String(decoding: output, as: UTF8.self)
  }

  @Test(arguments: [
    ("", ""), ("nginx: worker", "nginx: worker"), ("exactly8", "exactly8"),
    ("a longer text of plain ASCII", "a longer text of plain ASCII"),
    ("größe 日本語 🎛", "größe 日本語 🎛"), ("a\nb\tc\rd", "a\\nb\\tc\\rd"),
    ("\u{1B}]52;c;!\u{07}", "\\x1b]52;c;!\\x07"), ("x\u{7F}y", "x\\x7fy"),
    ("seven77\u{7F}", "seven77\\x7f"), ("\u{9B}31m", "\\u{9b}31m"),
    ("a\u{202E}gpj.exe", "a\\u{202e}gpj.exe"), ("\u{2066}x\u{2069}", "\\u{2066}x\\u{2069}"),
    ("\u{200F}", "\\u{200f}"), ("\u{FEFF}", "\\u{feff}"), ("\u{2028}", "\\u{2028}"),
    ("\u{0}", "\\x00"),
  ])
  func `writes out what could steer a terminal`(text: String, expected: String) {
    #expect(TerminalText.escaped(text) == expected)
  }

  @Test(arguments: [
    ([UInt8(0xFF)], "\\xff"), ([0xC3], "\\xc3"), ([0xC0, 0x80], "\\xc0\\x80"),
    ([0xED, 0xA0, 0x80], "\\xed\\xa0\\x80"), ([0xF4, 0x90, 0x80, 0x80], "\\xf4\\x90\\x80\\x80"),
    ([0xE2, 0x82, 0x41], "\\xe2\\x82A"), ([0x80, 0x41], "\\x80A"), ([0xF5], "\\xf5"),
    ([0xE0, 0x80, 0x80], "\\xe0\\x80\\x80"), ([0x41, 0xF0, 0x9F], "A\\xf0\\x9f"),
  ])
  func `writes out what is no UTF-8`(bytes: [UInt8], expected: String) {
    #expect(escaped(bytes) == expected)
  }

  @Test func `lets no control byte through, whatever the bytes`() {
    var random = SplitMix(seed: 9)
    for _ in 0..<20_000 {
      let bytes = (0..<random.below(40)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
      var output: [UInt8] = []
      TerminalText.append(bytes.span, to: &output)
      #expect(output.allSatisfy { $0 >= 0x20 && $0 != 0x7F })
      #expect(String(validating: output, as: UTF8.self) != nil)
      let text = String(decoding: output, as: UTF8.self)
      #expect(!text.unicodeScalars.contains { (0x80...0x9F).contains($0.value) })
    }
  }
}

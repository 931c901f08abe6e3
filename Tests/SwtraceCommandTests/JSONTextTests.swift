import Testing

@testable import SwtraceCommand

@Suite struct JSONTextTests {
  @Test func `puts commas and colons where they belong`() throws {
    var json = JSONText()
    json.object {
      $0.pair("version", 1)
      $0.key("list")
      $0.array {
        $0.string("a")
        $0.integer(UInt64.max)
        $0.object { $0.pair("x", true) }
        $0.object { _ in }
        $0.null()
      }
      $0.pair("last", "z")
    }
    let text = String(decoding: json.bytes, as: UTF8.self)
    #expect(
      text == #"{"version":1,"list":["a",18446744073709551615,{"x":true},{},null],"last":"z"}"#)
    #expect(try JSONDocument(parsing: text)["list"]?.elements.count == 5)
  }

  @Test(arguments: [
    "", "plain", "\"quoted\" \\ back", "\u{0}\u{1b}[31m\n\t\r", "\u{9b}\u{202e}\u{2028}", "né 語 🦆",
    "\u{e0001}",
  ])
  func `any text comes back as it was`(text: String) throws {
    var json = JSONText()
    json.string(text)
    let written = String(decoding: json.bytes, as: UTF8.self)
    #expect(try JSONDocument(parsing: written) == .string(text))
    #expect(!written.utf8.contains { $0 < 0x20 })
  }
}

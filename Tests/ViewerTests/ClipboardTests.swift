import Testing

@testable import Viewer

@Suite struct ClipboardTests {
  @Test func `what GNU screen hands on is the sequence, in pieces that it takes`() throws {
    let text = String(repeating: "swtrace stats web.swt --from 4.2 ", count: 40)
    let sequence = try #require(Clipboard.sequence(text))
    let wrapped = String(decoding: Clipboard.wrapped(sequence), as: UTF8.self)
    let pieces = wrapped.split(separator: "\u{1B}P")
    #expect(pieces.count > 5)
    #expect(pieces.allSatisfy { $0.hasSuffix("\u{1B}\\") && $0.utf8.count <= 242 })
    let joined = pieces.map { $0.dropLast(2) }.joined()
    #expect(Array(joined.utf8) == sequence)
  }
}

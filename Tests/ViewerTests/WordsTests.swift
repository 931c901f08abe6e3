import Testing

@testable import Viewer

@Suite struct WordsTests {
  @Test(
    arguments: [
      ("nginx 4211", 20, "nginx 4211"), ("swift-frontend 7436", 15, "swift-fro› 7436"),
      ("postgres [902]", 12, "postg› [902]"), ("nginx 4211", 6, "nginx 4211"),
      ("a long name", 8, "a long name"),
    ])
  func `a name that is cut keeps its number`(label: String, room: Int, text: String) {
    #expect(Words.shortened(label, to: room) == text)
  }
}

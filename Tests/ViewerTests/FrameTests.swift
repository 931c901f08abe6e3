import Testing

@testable import Viewer

/// Cells, texts in them, and what differs between two frames.
@Suite struct FrameTests {
  @Test func `a text is cut with a mark at its limit`() {
    var frame = Frame(columns: 10, rows: 2)
    #expect(frame.put("hello", 0, 2) == 7)
    #expect(frame.put("a longer text", 1, 4, limit: 9) == 9)
    #expect(frame.lines == ["  hello", "    a lo›"])
  }

  @Test func `what is outside of the frame is nothing`() {
    var frame = Frame(columns: 3, rows: 1)
    frame.put("abc", -1, 0)
    frame.put("abc", 1, 0)
    frame.put("abc", 0, -1)
    frame.set("x", 0, 3, Style())
    frame.restyle(7, 0..<9) { $0.isBold = true }
    #expect(frame.lines == ["bc"])
    #expect(Frame(columns: 0, rows: -4).cells.count == 1)
  }

  @Test func `wide glyphs take two cells and lose both when one is written over`() {
    var frame = Frame(columns: 6, rows: 1)
    #expect(frame.put("漢字", 0, 0) == 4)
    #expect(frame[0, 1].isRightHalf && frame[0, 3].isRightHalf)
    #expect(frame.lines == ["漢字"])
    frame.set("x", 0, 1, Style())
    #expect(frame.lines == [" x字"])
    frame.set("y", 0, 2, Style())
    #expect(frame.lines == [" xy"])
    #expect(!frame[0, 3].isRightHalf)
    frame.put("a字漢", 0, 0)
    frame.put("漢", 0, 0)
    #expect(frame.lines == ["漢 漢"])
    #expect((0..<6).map { frame[0, $0].isRightHalf } == [false, true, false, false, true, false])
  }

  @Test func `combining glyphs and controls take no column`() {
    var frame = Frame(columns: 6, rows: 1)
    #expect(frame.put("e\u{301}\u{1B}\u{200B}x", 0, 0) == 2)
    #expect(frame.lines == ["ex"])
    #expect("漢█é\u{301}".columns == 4)
  }

  @Test func `the first frame is drawn whole, in runs of one style`() {
    var frame = Frame(columns: 4, rows: 2)
    frame.put("ab", 0, 0, Style(.run))
    let runs = frame.runs(over: nil)
    #expect(runs.map(\.glyphs.count) == [2, 2, 4])
    #expect(runs.map(\.style) == [Style(.run), Style(), Style()])
    #expect(frame.runs(over: Frame(columns: 5, rows: 2)).count == 3)
  }

  @Test func `of the next only cells that differ`() {
    var frame = Frame(columns: 8, rows: 2)
    frame.put("abcdefgh", 0, 0)
    #expect(frame.runs(over: frame).isEmpty)
    var next = frame
    next.set("X", 0, 2, Style())
    next.set("Y", 0, 3, Style())
    next.set("Z", 0, 6, Style())
    next.restyle(1, 4..<5) { $0 = Style(.cursor) }
    let runs = next.runs(over: frame)
    #expect(runs.map(\.column) == [2, 6, 4])
    #expect(runs.map(\.row) == [0, 0, 1])
    #expect(runs[0].glyphs == [0x58, 0x59])
  }

  @Test func `a wide glyph is drawn whole where one half differs`() {
    var frame = Frame(columns: 6, rows: 1)
    frame.put("a漢b", 0, 0)
    for changed in [1, 2] {
      var next = frame
      next.restyle(0, changed..<changed + 1) { $0.isBold = true }
      let runs = next.runs(over: frame)
      #expect(runs.count == 1)
      #expect(runs.first?.column == 1)
      #expect(runs.first?.glyphs == [0x6F22, 0])
    }
  }

  @Test func `what was drawn over gives the frame`() {
    var seed: UInt64 = 3
    func next(_ bound: Int) -> Int {
      seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(seed >> 33) % bound
    }
    let words = ["漢字", "abc", "█▌", " ", "x漢"]
    var last = Frame(columns: 17, rows: 5)
    for _ in 0..<300 {
      var frame = last
      for _ in 0..<next(6) {
        frame.put(words[next(words.count)], next(5), next(17), Style(ColourRole.states[next(6)]))
      }
      var cells = last.cells
      for run in frame.runs(over: last) {
        for (place, glyph) in run.glyphs.enumerated() {
          let index = run.row * 17 + run.column + place
          let isHalf = glyph == 0
          cells[index] = Frame.Cell(
            glyph: isHalf ? " " : Unicode.Scalar(glyph) ?? "?", style: run.style,
            isRightHalf: isHalf)
        }
      }
      let isSame = cells == frame.cells
      #expect(isSame)
      last = frame
    }
  }
}

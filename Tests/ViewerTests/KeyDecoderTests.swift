import Testing

@testable import Viewer

/// Bytes to keys.
@Suite struct KeyDecoderTests {
  static let sequences: [(bytes: String, key: Key)] = [
    ("\u{1B}[A", .up), ("\u{1B}OA", .up), ("\u{1B}[1;2A", .up), ("\u{1B}[a", .up),
    ("\u{1B}[B", .down), ("\u{1B}OB", .down), ("\u{1B}[1;5C", .right), ("\u{1B}Oc", .right),
    ("\u{1B}[D", .left), ("\u{1B}[1;3D", .left), ("\u{1B}OD", .left),
    ("\u{1B}[H", .home), ("\u{1B}OH", .home), ("\u{1B}[1~", .home), ("\u{1B}[7~", .home),
    ("\u{1B}[1;2H", .home), ("\u{1B}[F", .end), ("\u{1B}OF", .end), ("\u{1B}[4~", .end),
    ("\u{1B}[8~", .end), ("\u{1B}[2~", .insert), ("\u{1B}[3~", .delete), ("\u{1B}[3;5~", .delete),
    ("\u{1B}[3^", .delete), ("\u{1B}[7@", .home), ("\u{1B}[5~", .pageUp),
    ("\u{1B}[6;2~", .pageDown),
    ("\u{1B}[Z", .backTab), ("\u{1B}[1;2Z", .backTab), ("\u{1B}OM", .enter),
    ("\u{1B}Oj", .character("*")),
    ("\u{1B}Oq", .character("1")), ("\u{1B}Ok", .character("+")),
    ("\u{1B}OP", .function(1)), ("\u{1B}[11~", .function(1)), ("\u{1B}[[A", .function(1)),
    ("\u{1B}[1;2P", .function(1)), ("\u{1B}O1;2P", .function(1)), ("\u{1B}[P", .function(1)),
    ("\u{1B}OQ", .function(2)), ("\u{1B}[[B", .function(2)), ("\u{1B}OR", .function(3)),
    ("\u{1B}[13~", .function(3)), ("\u{1B}OS", .function(4)), ("\u{1B}[14~", .function(4)),
    ("\u{1B}[[E", .function(5)), ("\u{1B}[15~", .function(5)), ("\u{1B}[17~", .function(6)),
    ("\u{1B}[18;5~", .function(7)), ("\u{1B}[19~", .function(8)), ("\u{1B}[20~", .function(9)),
    ("\u{1B}[21~", .function(10)), ("\u{1B}[23~", .function(11)), ("\u{1B}[24~", .function(12)),
    ("\u{1B}[24;2~", .function(12)), ("\u{1B}[25~", .function(13)), ("\u{1B}[34~", .function(20)),
    ("\u{1B}[99u", .character("c")), ("\u{1B}[99;5u", .control("c")), ("\u{1B}[9;2u", .backTab),
    ("\u{1B}[27;5;105~", .control("i").plainTab), ("\u{1B}[27u", .escape),
    ("\u{1B}[<0;1;1M", .mouse(MouseEvent(.press, row: 0, column: 0))),
    ("\u{1B}[<0;120;40m", .mouse(MouseEvent(.release, row: 39, column: 119))),
    ("\u{1B}[<32;300;7M", .mouse(MouseEvent(.drag, row: 6, column: 299))),
    ("\u{1B}[<64;5;6M", .mouse(MouseEvent(.wheelUp, row: 5, column: 4))),
    ("\u{1B}[<81;5;6M", .mouse(MouseEvent(.wheelDown, row: 5, column: 4))),
    ("\u{1B}[M !!", .mouse(MouseEvent(.press, row: 0, column: 0))),
    ("\u{1B}[M##$", .mouse(MouseEvent(.release, row: 3, column: 2))),
    ("\u{1B}[200~a\rb\u{1B}[31mé\u{1B}[201~", .paste("a\nb[31mé")),
    ("\u{1B}[200~\u{1B}[20\u{1B}[201~", .paste("[20")),
    ("é", .character("é")), ("█", .character("█")), ("𝄞", .character("𝄞")),
  ]

  @Test(arguments: sequences.indices)
  func `a sequence is one key, split at any byte by 100 ms`(index: Int) {
    let (text, key) = Self.sequences[index]
    let bytes = Array(text.utf8)
    for split in 0..<bytes.count {
      var decoder = KeyDecoder()
      var keys = decoder.feed(bytes[..<split], at: 1000)
      keys += decoder.expire(at: 1099)
      keys += decoder.feed(bytes[split...], at: 1100)
      // A lone Esc is given out, and taken back when it turns out to be a part.
      let given: [Key] = split == 1 && bytes[0] == 0x1B ? [.escape, .escapeTakenBack] : []
      #expect(keys == given + [key], "\(text.debugDescription) split at \(split)")
      #expect(decoder.deadline == nil)
    }
  }

  @Test(arguments: sequences.indices)
  func `a sequence is one key when every byte takes 100 ms`(index: Int) {
    let (text, key) = Self.sequences[index]
    var decoder = KeyDecoder(escapeDelay: 250)
    var keys: [Key] = []
    var now: Int64 = 0
    for byte in text.utf8 {
      keys += decoder.feed([byte], at: now)
      now += 100
    }
    #expect(keys == [key])
  }

  @Test func `all sequences at once are all keys`() {
    var decoder = KeyDecoder()
    let bytes = Self.sequences.flatMap { $0.bytes.utf8 }
    #expect(decoder.feed(bytes, at: 0) == Self.sequences.map(\.key))
  }

  @Test func `plain bytes are letters, Ctrl and the keys of every keyboard`() {
    var decoder = KeyDecoder()
    let keys = decoder.feed([0x61, 0x20, 0x7E, 0x01, 0x1A, 0x03, 0x1C, 0x00], at: 0)
    #expect(
      keys == [
        .character("a"), .character(" "), .character("~"), .control("a"), .control("z"),
        .control("c"), .control("\\"), .control(" "),
      ])
    let named = decoder.feed([0x7F, 0x08, 0x0D, 0x0A, 0x09], at: 0)
    #expect(named == [.backspace, .backspace, .enter, .enter, .tab])
  }

  @Test(arguments: [25, 250])
  func `an Esc alone is a key after the delay, and for half a second may be taken back`(
    delay: Int64
  ) {
    var decoder = KeyDecoder(escapeDelay: delay)
    #expect(decoder.feed([0x1B], at: 1000).isEmpty)
    #expect(decoder.deadline == 1000 + delay)
    #expect(decoder.expire(at: 999 + delay).isEmpty)
    #expect(decoder.expire(at: 1000 + delay) == [.escape])
    var slow = decoder
    #expect(decoder.deadline == 1500)
    #expect(decoder.expire(at: 1500).isEmpty && decoder.deadline == nil)
    #expect(decoder.feed([0x5B], at: 1501) == [.character("[")])
    #expect(slow.feed([0x5B], at: 1499) == [.escapeTakenBack])
    #expect(slow.feed([0x41], at: 1900) == [.up])
  }

  @Test func `a key after an Esc is both, at once it was typed with Alt and nothing`() {
    for (delay, apart, keys) in [
      (25, 26, [Key.escape, .character("q")]), (25, 24, []), (250, 200, []),
      (250, 251, [.escape, .character("q")]),
    ] {
      var decoder = KeyDecoder(escapeDelay: Int64(delay))
      #expect(decoder.feed([0x1B], at: 0).isEmpty)
      #expect(decoder.feed([0x71], at: Int64(apart)) == keys)
      #expect(decoder.feed([0x71], at: Int64(apart)) == [.character("q")])
    }
    var late = KeyDecoder(isEscapeLate: true)
    #expect(late.feed([0x1B, 0x71], at: 0) == [.escape, .character("q")])
    #expect(late.feed([0x1B, 0xC3, 0xA9], at: 0) == [.escape, .character("é")])
    #expect(late.feed([0x1B, 0x5B, 0x41], at: 0) == [.up])
    var decoder = KeyDecoder()
    #expect(decoder.feed([0x1B, 0xC3, 0xA9, 0x71], at: 0) == [.character("q")])
    #expect(decoder.feed([0x1B, 0x1B, 0x5B, 0x41], at: 0) == [.up])
    #expect(decoder.feed([0x1B, 0x0D], at: 0) == [.escape, .enter])
  }

  @Test func `an Esc and a bracket that somebody typed come after half a second`() {
    var decoder = KeyDecoder()
    let given: [Key] = [.escape, .escapeTakenBack]
    #expect(decoder.feed([0x1B], at: 0) + decoder.feed([0x5B], at: 300) == given)
    #expect(decoder.expire(at: 800) == [.escape, .character("[")])
    #expect(decoder.feed([0x1B], at: 1000) + decoder.feed([0x4F], at: 1300) == given)
    #expect(decoder.feed([0x6A], at: 1800) == [.escape, .character("O"), .character("j")])
  }

  @Test(arguments: [
    "\u{1B}[?1;2c", "\u{1B}[>0;276;0c", "\u{1B}[12;40R", "\u{1B}[I", "\u{1B}[O", "\u{1B}[99~",
    "\u{1B}[?2026;2$y", "\u{1B}[ q", "\u{1B}[1;2;3;4;5x", "\u{1B}Oz", "\u{1B}[201~", "\u{1B}[E",
    "\u{1B}]11;rgb:0000/0000/0000\u{7}", "\u{1B}]52;c;cXE=\u{1B}\\", "\u{1B}P>|xterm\u{1B}\\",
    "\u{1B}[<2;1;1M", "\u{1B}[<35;1;1M", "\u{1B}[<66;1;1M", "\u{1B}[<0;0;0M", "\u{1B}[<0;1M",
    "\u{1B}[[q", "\u{1B}d", "\u{1B}[99999999999999999999~", "\u{1B}[119;3u", "\u{1B}[1;1;q",
  ])
  func `what is no key gives no command`(text: String) {
    var decoder = KeyDecoder()
    #expect(decoder.feed(text.utf8, at: 0).isEmpty)
    #expect(decoder.feed("w".utf8, at: 1) == [.character("w")])
  }

  @Test func `a key of rxvt that ends in a dollar`() {
    var decoder = KeyDecoder()
    #expect(decoder.feed("\u{1B}[7$".utf8, at: 0).isEmpty)
    #expect(decoder.expire(at: 500) == [.home])
    #expect(decoder.feed("\u{1B}[3$\u{1B}[A".utf8, at: 600) == [.delete, .up])
  }

  @Test func `a sequence that is broken off is nothing, and what broke it is a key`() {
    var decoder = KeyDecoder()
    #expect(decoder.feed("\u{1B}[1;\u{3}".utf8, at: 0) == [.control("c")])
    #expect(decoder.feed("\u{1B}[1;\u{1B}[B".utf8, at: 0) == [.down])
    #expect(decoder.feed("\u{1B}[1;5".utf8, at: 0).isEmpty)
    #expect(decoder.feed("A".utf8, at: 500) == [.character("A")])
    #expect(decoder.feed("\u{1B}]0;".utf8, at: 600).isEmpty)
    #expect(decoder.feed("q".utf8, at: 1100) == [.character("q")])
  }

  @Test func `endless sequences and pastes are bounded`() {
    let flood = [UInt8](repeating: UInt8(ascii: "1"), count: 1_000_000)
    for start in ["\u{1B}[", "\u{1B}O", "\u{1B}]", "\u{1B}[<"] {
      var decoder = KeyDecoder()
      #expect(decoder.feed(Array(start.utf8) + flood, at: 0).isEmpty)
      #expect(decoder.expire(at: 500).isEmpty)
      #expect(decoder.feed("\u{1B}[A".utf8, at: 501) == [.up])
    }
    var decoder = KeyDecoder()
    let keys = decoder.feed(Array("\u{1B}[200~".utf8) + flood + Array("\u{1B}[201~j".utf8), at: 0)
    let kept = String(repeating: "1", count: KeyDecoder.longestPaste)
    #expect(keys == [.paste(kept), .character("j")])
  }

  @Test func `a paste that never ends is given after a while`() {
    var decoder = KeyDecoder()
    #expect(decoder.feed("\u{1B}[200~abc".utf8, at: 0).isEmpty)
    #expect(decoder.deadline == 3000)
    #expect(decoder.expire(at: 3000) == [.paste("abc")])
    #expect(decoder.feed("q".utf8, at: 3001) == [.character("q")])
  }

  @Test func `broken UTF-8 is nothing and swallows no key`() {
    var decoder = KeyDecoder()
    let bytes: [UInt8] = [0xFF, 0x80, 0xC3, 0x71, 0xE2, 0x96, 0x1B, 0x5B, 0x41, 0xC0, 0xAF, 0xED]
    #expect(decoder.feed(bytes, at: 0) == [.character("q"), .up])
    #expect(decoder.feed([0xA0, 0x80, 0xC2, 0x9B, 0x41], at: 1) == [.character("A")])
    #expect(decoder.feed([0xE2], at: 10).isEmpty)
    #expect(decoder.feed([0x41], at: 600) == [.character("A")])
  }

  @Test func `random bytes in random pieces leave no state behind`() {
    var seed: UInt64 = 7
    func next() -> UInt64 {
      seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return seed >> 33
    }
    let often = Array("\u{1B}\u{1B}\u{1B}[[O<;0123~M$\u{7}]P".utf8)
    var decoder = KeyDecoder()
    var now: Int64 = 0
    for _ in 0..<20_000 {
      let piece = (0..<next() % 8).map { _ in
        next() % 2 == 0 ? often[Int(next()) % often.count] : UInt8(truncatingIfNeeded: next())
      }
      _ = decoder.feed(piece, at: now)
      now += Int64(next() % 300)
      if let deadline = decoder.deadline { #expect(deadline > now - 300) }
    }
    _ = decoder.expire(at: now + 4000)
    #expect(decoder.feed("j".utf8, at: now + 4000) == [.character("j")])
  }
}

extension Key {
  /// Ctrl-I is a Tab.
  fileprivate var plainTab: Key { self == .control("i") ? .tab : self }
}

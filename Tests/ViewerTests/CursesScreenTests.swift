import Glibc
import Testing

@testable import Viewer

/// The terminal in a process of its own: what is written to it, and how it is given back.
@Suite struct CursesScreenTests {
  /// Between two steps of a child; no sequence of curses holds it.
  static let mark = "\u{1}STEP\u{1}"
  static let leave = "\u{1B}[?1049l"

  /// Takes the terminal with this path, as a child does.
  static func screen(
    on path: String, terminal: String = "xterm-256color", theme: Theme = Theme(.standard),
    glyphs: Glyphs = .full
  ) throws -> CursesScreen {
    unsafe setlocale(LC_CTYPE, "C.UTF-8")
    let descriptor = unsafe open(path, O_RDWR | O_NOCTTY)
    return try CursesScreen(theme: theme, glyphs: glyphs, input: descriptor, output: descriptor) {
      $0 == "TERM" ? terminal : nil
    }
  }

  static func step(_ path: String) {
    let descriptor = unsafe open(path, O_RDWR | O_NOCTTY)
    let bytes = Array(mark.utf8)
    _ = unsafe write(descriptor, bytes, bytes.count)
    close(descriptor)
  }

  /// The numbers of bytes of the steps.
  static func steps(_ output: [UInt8]) -> [[UInt8]] {
    let mark = Array(mark.utf8)
    var steps: [[UInt8]] = [[]]
    var place = 0
    while place < output.count {
      if output[place...].starts(with: mark) {
        steps.append([])
        place += mark.count
      } else {
        steps[steps.count - 1].append(output[place])
        place += 1
      }
    }
    return steps
  }

  /// A timeline like those of the screens: 30 lanes of 97 cells, `shift` cells further on.
  static func timeline(shift: Int, cursor: Int) -> Frame {
    var frame = Frame(columns: 120, rows: 40)
    frame.put(" web.swt  8 cpu  12.483 s  [1 CPU] 2 Thread 3 Events", 0, 0, Style(.heading))
    for row in 2..<32 {
      frame.put(" CPU\(row)   63% █████", row, 0)
      frame.put("│", row, 22, Style(.faint))
      var seed = UInt64(row)
      var start = 23 - shift
      while start < 120 {
        seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        let length = 3 + Int(seed >> 60)
        let role = ColourRole.states[Int(seed >> 50) % 6]
        if seed >> 40 & 3 == 0 {
          draw("nginx \(seed >> 54)", in: &frame, row, start, Style(.background, on: role), length)
        } else if seed >> 40 & 3 == 1 {
          draw("", in: &frame, row, start, Style(.faint), length, "·")
        } else {
          draw("", in: &frame, row, start, Style(role), length, "█")
        }
        start += length
      }
    }
    for row in 1..<32 {
      frame.restyle(row, cursor..<cursor + 1) { $0.background = .cursor }
    }
    frame.put(" cursor 4.210 \(cursor) 4   CPU0 nginx 4211   to A 569.6 us", 37, 0)
    return frame
  }

  private static func draw(
    _ text: String, in frame: inout Frame, _ row: Int, _ start: Int, _ style: Style, _ length: Int,
    _ fill: Unicode.Scalar = " "
  ) {
    let glyphs = Array(text.unicodeScalars)
    for place in 0..<length where start + place >= 23 {
      frame.set(place < glyphs.count ? glyphs[place] : fill, row, start + place, style)
    }
  }

  @Test func `a cursor move writes 2 KB at most and a pan 16 KB, at 120 × 40`() async throws {
    let terminal = try Pseudoterminal()
    let path = terminal.path
    let output = await terminal.output {
      await #expect(processExitsWith: .success) { [path = path as String] in
        var screen = try CursesScreenTests.screen(on: path)
        let size = screen.size
        #expect(size == (40, 120))
        screen.show(CursesScreenTests.timeline(shift: 0, cursor: 60))
        for (shift, cursor) in [(0, 60), (0, 61), (0, 62), (24, 62), (48, 62), (145, 62)] {
          CursesScreenTests.step(path)
          screen.show(CursesScreenTests.timeline(shift: shift, cursor: cursor))
        }
        CursesScreenTests.step(path)
      }
    }
    let sizes = Self.steps(output).map(\.count)
    try #require(sizes.count == 8)
    #expect(sizes[1] == 0)
    #expect(sizes[2...3].allSatisfy { $0 > 0 && $0 <= 2048 }, "\(sizes)")
    #expect(sizes[4...6].allSatisfy { $0 > 2048 && $0 <= 16384 }, "\(sizes)")
  }

  @Test func `a frame is written between the marks of synchronised output`() async throws {
    let terminal = try Pseudoterminal()
    let path = terminal.path
    let output = await terminal.output {
      await #expect(processExitsWith: .success) { [path = path as String] in
        var screen = try CursesScreenTests.screen(on: path)
        var frame = Frame(columns: 120, rows: 40)
        screen.show(frame)
        CursesScreenTests.step(path)
        frame.put("漢字█", 39, 110, Style(.run))
        screen.show(frame)
        CursesScreenTests.step(path)
        let isCopied = screen.copy("hällo")
        #expect(isCopied)
        CursesScreenTests.step(path)
        screen.setMouse(false)
        CursesScreenTests.step(path)
      }
    }
    let steps = Self.steps(output).map { String(decoding: $0, as: UTF8.self) }
    try #require(steps.count == 5)
    #expect(steps[0].contains("\u{1B}[?2004h") && steps[0].contains("\u{1B}[?1002h\u{1B}[?1006h"))
    #expect(steps[1].hasPrefix("\u{1B}[?2026h") && steps[1].hasSuffix("\u{1B}[?2026l"))
    #expect(steps[1].contains("漢字█") && steps[1].contains("38;5;29m"))
    #expect(steps[2] == "\u{1B}]52;c;aMOkbGxv\u{7}")
    #expect(steps[3] == "\u{1B}[?1006l\u{1B}[?1002l")
    #expect(steps[4].contains(Self.leave) && steps[4].contains("\u{1B}[?2004l"))
    #expect(steps[4].contains("\u{1B}[?25h"))
  }

  @Test(arguments: ["xterm-256color", "screen-256color", "linux", "vt100"])
  func `the settings are as before, and nothing else is left on`(name: String) async throws {
    let terminal = try Pseudoterminal()
    let (path, before) = (terminal.path, terminal.settings)
    let output = await terminal.output {
      await #expect(processExitsWith: .success) { [path = path as String, name] in
        var screen = try CursesScreenTests.screen(on: path, terminal: name, glyphs: .ascii)
        screen.show(CursesScreenTests.timeline(shift: 0, cursor: 60))
        screen.setMouse(true)
      }
    }
    #expect(terminal.settings == before)
    let text = String(decoding: output, as: UTF8.self)
    #expect(text.contains("nginx"))
    #expect(text.unicodeScalars.allSatisfy { $0.value < 0x80 })
    let isModern = !["linux", "vt100"].contains(name)
    #expect(text.contains("\u{1B}[?2026h") == isModern)
    #expect(text.contains("\u{1B}[?1002l") == isModern)
    #expect(text.contains("38;5;29") == isModern)
  }

  @Test(arguments: ["trap", "SIGSEGV", "SIGTERM", "exit"])
  func `a crash gives the terminal back`(cause: String) async throws {
    let terminal = try Pseudoterminal()
    let (path, before) = (terminal.path, terminal.settings)
    let expected: ExitTest.Condition =
      switch cause {
      case "SIGSEGV": .signal(SIGSEGV)
      case "SIGTERM": .signal(SIGTERM)
      case "exit": .exitCode(7)
      default: .failure
      }
    let output = await terminal.output {
      await #expect(processExitsWith: expected) { [path = path as String, cause] in
        var screen = try CursesScreenTests.screen(on: path)
        screen.show(Frame(columns: 120, rows: 40))
        CursesScreenTests.step(path)
        switch cause {
        case "SIGSEGV": raise(SIGSEGV)
        case "SIGTERM": kill(getpid(), SIGTERM)
        case "exit": exit(7)
        default: fatalError("asked for")
        }
        while true { _ = screen.read(timeoutMilliseconds: 1000) }
      }
    }
    #expect(terminal.settings == before)
    let steps = Self.steps(output).map { String(decoding: $0, as: UTF8.self) }
    let last = try #require(steps.last)
    for sequence in [Self.leave, "\u{1B}[?25h", "\u{1B}[?1002l", "\u{1B}[?2004l"] {
      #expect(last.contains(sequence))
    }
  }

  @Test func `keys, sizes and the loop's own descriptor wake it`() async throws {
    let terminal = try Pseudoterminal()
    let path = terminal.path
    _ = await terminal.output {
      await #expect(processExitsWith: .success) { [path = path as String] in
        var screen = try CursesScreenTests.screen(on: path)
        let nothing = screen.read(timeoutMilliseconds: 0)
        // Threads that run tests block signals; another thread takes them.
        kill(getpid(), SIGWINCH)
        let resized = screen.read(timeoutMilliseconds: 60_000)
        kill(getpid(), SIGCONT)
        let continued = screen.read(timeoutMilliseconds: 60_000)
        kill(getpid(), SIGTSTP)
        let asked = screen.read(timeoutMilliseconds: 60_000)
        var ends: [Int32] = [0, 0]
        unsafe pipe(&ends)
        _ = unsafe write(ends[1], "x", 1)
        let woken = screen.read(timeoutMilliseconds: 60_000, waking: ends[0])
        #expect(nothing == TerminalInput())
        #expect(resized.isResized && continued.isContinued && asked.isStopAsked && woken.isWoken)
      }
    }
  }

  @Test func `keys come as they are typed, Ctrl-C and Ctrl-Z too`() async throws {
    let terminal = try Pseudoterminal()
    let path = terminal.path
    let output = await terminal.output {
      let typing = Task.detached {
        await terminal.type("\u{3}\u{1A}w\u{1B}[A\u{1B}[<64;5;6M\rq", after: Self.mark)
      }
      await #expect(processExitsWith: .success) { [path = path as String] in
        var screen = try CursesScreenTests.screen(on: path)
        screen.show(Frame(columns: 120, rows: 40))
        CursesScreenTests.step(path)
        var keys: [Key] = []
        while keys.last != .character("q") {
          let input = screen.read(timeoutMilliseconds: 300_000)
          guard !input.keys.isEmpty else { break }
          keys += input.keys
        }
        let wheel = MouseEvent(.wheelUp, row: 5, column: 4)
        #expect(
          keys == [
            .control("c"), .control("z"), .character("w"), .up, .mouse(wheel), .enter,
            .character("q"),
          ])
      }
      await typing.value
    }
    #expect(!String(decoding: output, as: UTF8.self).contains("^C"))
  }

  @Test(arguments: ["dumb", "none-such", ""])
  func `a terminal that cannot do it is refused and left alone`(name: String) async throws {
    let terminal = try Pseudoterminal()
    let (path, before) = (terminal.path, terminal.settings)
    let output = await terminal.output {
      await #expect(processExitsWith: .success) { [path = path as String, name] in
        let descriptor = unsafe open(path, O_RDWR | O_NOCTTY)
        do {
          _ = try CursesScreen(
            theme: Theme(.mono), glyphs: .ascii, input: descriptor, output: descriptor
          ) { $0 == "TERM" ? name : nil }
          exit(1)
        } catch let error as TerminalError {
          let isPoor = error == TerminalError.poorTerminal(name)
          exit(isPoor == (name == "dumb") ? 0 : 2)
        }
      }
    }
    #expect(terminal.settings == before)
    #expect(output.isEmpty)
  }

  @Test(arguments: [
    ([:], 25), (["SSH_CONNECTION": ""], 25), (["SSH_CONNECTION": "10.0.0.1 5 10.0.0.2 22"], 250),
  ])
  func `Esc is waited for longer over a network`(variables: [String: String], delay: Int) {
    #expect(CursesScreen.escapeDelay { variables[$0] } == Int64(delay))
  }

  /// Where the cursor stands after two bytes that are one character in UTF-8.
  @Test(arguments: [(2, true), (3, false)])
  func `a terminal without a language is asked whether it understands UTF-8`(
    column: Int, isUTF8: Bool
  ) async throws {
    let terminal = try Pseudoterminal()
    let (path, before) = (terminal.path, terminal.settings)
    let output = await terminal.output {
      let answering = Task.detached {
        await terminal.type("\u{1B}[7;\(column)R", after: "\u{1B}[6n")
      }
      await #expect(processExitsWith: .success) {
        [path = path as String, isUTF8 = isUTF8 as Bool] in
        unsafe setenv("LC_ALL", "C", 1)
        let descriptor = unsafe open(path, O_RDWR | O_NOCTTY)
        let found = CursesScreen.useLanguage(
          input: descriptor, output: descriptor, waiting: 300_000
        ) { $0 == "TERM" ? "xterm" : nil }
        let language = unsafe String(cString: nl_langinfo(Int32(CODESET)))
        exit(found == isUTF8 && (language == "UTF-8") == isUTF8 ? 0 : 1)
      }
      await answering.value
    }
    #expect(terminal.settings == before)
    // What was written to ask is wiped out.
    #expect(String(decoding: output, as: UTF8.self).hasSuffix("\r  \r"))
  }

  @Test func `a terminal that does not answer, or could not, is taken at its word`() async throws {
    let terminal = try Pseudoterminal()
    let path = terminal.path
    let output = await terminal.output {
      await #expect(processExitsWith: .success) { [path = path as String] in
        unsafe setenv("LC_ALL", "C", 1)
        let descriptor = unsafe open(path, O_RDWR | O_NOCTTY)
        for name in ["xterm", "vt100", "dumb", ""] {
          let isUTF8 = CursesScreen.useLanguage(
            input: descriptor, output: descriptor, waiting: 1
          ) { $0 == "TERM" ? name : nil }
          if isUTF8 { exit(1) }
          if name == "xterm" { CursesScreenTests.step(path) }
        }
        unsafe setenv("LC_ALL", "C.UTF-8", 1)
        let isKnown = CursesScreen.useLanguage(input: descriptor, output: descriptor) { _ in nil }
        exit(isKnown ? 0 : 2)
      }
    }
    #expect(Self.steps(output).last?.isEmpty == true)
  }

  @Test func `a pipe is no terminal`() {
    var ends: [Int32] = [0, 0]
    unsafe pipe(&ends)
    defer { ends.forEach { close($0) } }
    #expect(throws: TerminalError.notATerminal(descriptor: ends[0])) {
      _ = try CursesScreen(
        theme: Theme(.mono), glyphs: .ascii, input: ends[0], output: ends[1]
      ) { $0 == "TERM" ? "xterm" : nil }
    }
  }

  @Test(arguments: [
    ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy"),
  ])
  func `the clipboard gets base64`(text: String, digits: String) {
    #expect(String(decoding: Clipboard.base64(Array(text.utf8)), as: UTF8.self) == digits)
  }

  @Test func `the clipboard does not get more than terminals take`() {
    #expect(Clipboard.sequence(String(repeating: "x", count: Clipboard.longest)) != nil)
    #expect(Clipboard.sequence(String(repeating: "x", count: Clipboard.longest + 1)) == nil)
  }
}

import Glibc
import Testing

/// The real program in a real terminal: tmux shows what is on the screen.
@Suite(.serialized) struct ViewTerminalTests {
  /// A tmux server of its own, with a shell on a terminal.
  private final class Terminal: Sendable {
    private let scratch: Scratch
    var folder: String { scratch.path }
    private let socket: String

    init(columns: Int, rows: Int, name: String = "xterm-256color") throws {
      scratch = try Scratch()
      socket = scratch.path + "/tmux"
      try SmallTrace(rounds: 3, events: 400).write(in: scratch.path)
      let run = tmux([
        "-f", "/dev/null", "new-session", "-d", "-x", "\(columns)", "-y", "\(rows)", "-c",
        scratch.path, "env -u TMUX TERM=\(name) LC_ALL=C.UTF-8 PS1='ready> ' PATH=\"$PATH\" sh -i",
      ])
      try #require(run.status == 0, "\(run.errors)")
    }

    deinit { _ = tmux(["kill-server"]) }

    func tmux(_ arguments: [String]) -> ProgramRun {
      ProgramRun.run(
        "tmux", ["-u", "-S", socket] + arguments, in: scratch.path,
        environment: ["LC_ALL=C.UTF-8", "HOME=\(scratch.path)", "TZ=UTC0"])
    }

    func press(_ keys: String...) { _ = tmux(["send-keys"] + keys) }

    func type(_ line: String) {
      _ = tmux(["send-keys", "-l", line])
      press("Enter")
    }

    var lines: [String] {
      tmux(["capture-pane", "-p"]).output.split(separator: "\n", omittingEmptySubsequences: false)
        .map(String.init)
    }

    /// The screen as soon as it is as wanted; nil where it is not within a minute.
    func lines(when isWanted: ([String]) -> Bool) -> [String]? {
      for _ in 0..<1200 {
        let lines = lines
        if isWanted(lines) { return lines }
        usleep(50_000)
      }
      return nil
    }

    /// The screen may be caught while a frame is being drawn.
    var showsTimeline: Bool {
      lines { lines in
        lines.contains { $0.contains("CPU0") && $0.contains("│") }
          && lines.contains { $0.contains("█") } && lines.contains { $0.hasPrefix(" ? help") }
      } != nil
    }

    func shows(_ text: String) -> Bool { lines { $0.contains { $0.contains(text) } } != nil }

    /// The shell reads again: what is typed before may be lost while a program gives the terminal back.
    var hasPrompt: Bool { lines { $0.last { !$0.isEmpty } == "ready>" } != nil }
  }

  static let hasTmux = ProgramRun.run("tmux", ["-V"]).status == 0

  @Test(
    .enabled(if: hasTmux, "tmux is not installed"), .timeLimit(.minutes(5)),
    arguments: [(80, 24), (120, 40), (200, 60)])
  func `a session in a terminal: screens, keys, resizing, Ctrl-Z, leaving`(
    columns: Int, rows: Int
  ) throws {
    let terminal = try Terminal(columns: columns, rows: rows)
    try #require(terminal.hasPrompt)
    terminal.type("stty -a > before; \(ProgramRun.swtrace) view small.swt --screen cpu")
    let first = try #require(
      terminal.lines { lines in
        lines[0].contains("[1 CPU]") && lines.contains { $0.hasPrefix(" ? help") }
          && lines.contains { $0.contains("CPU0") && $0.contains("│") }
      })
    #expect(first[0].hasPrefix(" small.swt"))
    #expect(first.count { $0.hasPrefix(" ? help") } == 1)
    #expect(first.allSatisfy { $0.count <= columns })

    terminal.press("2")
    #expect(terminal.shows("[2 Thread]"))
    terminal.press("3")
    #expect(
      terminal.lines { lines in
        lines[0].contains("[3 Events]") && lines.contains { $0.contains("sched_") }
      } != nil)
    terminal.press("4")
    #expect(terminal.shows("[4 Stats]"))
    terminal.press("1")
    #expect(terminal.shows("[1 CPU]"))

    let cursor = terminal.lines.first { $0.contains("cursor") }
    terminal.press("0", "w", "w", "Right", "Right")
    #expect(
      terminal.lines { lines in
        lines.contains { $0.contains("cursor") } && lines.first { $0.contains("cursor") } != cursor
      } != nil)
    terminal.press("?")
    #expect(terminal.shows("MOVE IN TIME"))
    terminal.press("q")

    _ = terminal.tmux(["resize-window", "-x", "100", "-y", "30"])
    let resized = try #require(
      terminal.lines { $0.count >= 30 && $0[29].hasPrefix(" ? help") && $0[0].contains("[1 CPU]") })
    #expect(resized.allSatisfy { $0.count <= 100 })

    terminal.press("C-z")
    try #require(terminal.hasPrompt)
    terminal.type("fg")
    #expect(
      terminal.lines { $0[0].contains("[1 CPU]") && $0.contains { $0.hasPrefix(" ? help") } } != nil
    )
    terminal.press("q")
    try #require(terminal.hasPrompt)
    // stty tells the size too, which has changed.
    terminal.type(
      "stty -a | tail -n +2 > after; tail -n +2 before | cmp - after && echo rest''ored $?")
    #expect(terminal.shows("restored 0"))
    #expect(
      terminal.tmux(["display-message", "-p", "#{alternate_on} #{cursor_flag}"]).output == "0 1\n")
  }

  @Test(
    .enabled(if: hasTmux, "tmux is not installed"), .timeLimit(.minutes(5)),
    arguments: ["screen-256color", "linux", "vt100"])
  func `other terminals show the same screen`(name: String) throws {
    let terminal = try Terminal(columns: 120, rows: 40, name: name)
    try #require(terminal.hasPrompt)
    terminal.type("\(ProgramRun.swtrace) view small.swt --screen cpu")
    #expect(
      terminal.lines { lines in
        lines[0].contains("[1 CPU]") && lines.contains { $0.contains("CPU0") }
      } != nil)
    terminal.press("q")
    // The frame stays where a terminal has no other screen.
    #expect(terminal.hasPrompt)
  }

  static let hasScreen = ProgramRun.run("sh", ["-c", "command -v screen"]).status == 0

  @Test(.enabled(if: hasTmux && hasScreen, "screen is not installed"), .timeLimit(.minutes(5)))
  func `a session in GNU screen, as over ssh`() throws {
    let terminal = try Terminal(columns: 120, rows: 40)
    try #require(terminal.hasPrompt)
    defer {
      _ = ProgramRun.run(
        "screen", ["-X", "quit"], in: terminal.folder,
        environment: ["SCREENDIR=\(terminal.folder)/sockets"])
    }
    terminal.type(
      "mkdir -m 700 sockets; SCREENDIR=$PWD/sockets SSH_CONNECTION='10.0.0.1 5 10.0.0.2 22' "
        + "screen -U -c /dev/null \(ProgramRun.swtrace) view small.swt --screen cpu")
    #expect(
      terminal.lines { lines in
        lines[0].contains("[1 CPU]") && lines.contains { $0.contains("CPU0") && $0.contains("│") }
      } != nil)
    terminal.press("2")
    #expect(terminal.shows("[2 Thread]"))
    terminal.press("m", "Right", "Right", "m")
    #expect(terminal.shows("A-B"))
    // Screen keeps an Esc to itself until the next key while it hears the mouse.
    terminal.press("Escape")
    terminal.press("j")
    #expect(terminal.lines { $0.contains { $0.hasPrefix(" window ") } } != nil)
    terminal.press("q")
    #expect(terminal.shows("[screen is terminating]"))
  }

  @Test(.enabled(if: hasTmux, "tmux is not installed"), .timeLimit(.minutes(5)))
  func `a terminal that cannot move its cursor gets one screen as text`() throws {
    let terminal = try Terminal(columns: 120, rows: 40)
    try #require(terminal.hasPrompt)
    terminal.type("TERM=dumb \(ProgramRun.swtrace) view small.swt --screen cpu; echo status $?")
    #expect(terminal.shows("TERM: 'dumb' cannot move its cursor: this is one screen"))
    #expect(terminal.shows("status 0"))
    #expect(terminal.lines.contains { $0.contains("CPU0") })
  }

  @Test(.enabled(if: hasTmux, "tmux is not installed"), .timeLimit(.minutes(5)))
  func `without a language the terminal is asked, with NO_COLOR there are no colours`() throws {
    let terminal = try Terminal(columns: 120, rows: 40)
    try #require(terminal.hasPrompt)
    let command = "\(ProgramRun.swtrace) view small.swt --screen cpu"
    terminal.type("LC_ALL=C NO_COLOR=1 \(command)")
    #expect(terminal.showsTimeline)
    let plain = terminal.tmux(["capture-pane", "-p", "-e"]).output
    #expect(!plain.contains("38;5;") && !plain.contains("48;5;") && plain.contains("█"))
    terminal.press("q")
    try #require(terminal.hasPrompt)
    terminal.type(command)
    #expect(terminal.showsTimeline)
    #expect(terminal.tmux(["capture-pane", "-p", "-e"]).output.contains("38;5;"))
    terminal.press("q")
    #expect(terminal.hasPrompt)
  }

  @Test(.enabled(if: hasTmux, "tmux is not installed"), .timeLimit(.minutes(5)))
  func `the command that was copied is printed in the end, and prints what was shown`() throws {
    let terminal = try Terminal(columns: 120, rows: 40)
    try #require(terminal.hasPrompt)
    terminal.type("\(ProgramRun.swtrace) view small.swt --screen stats --table cpus")
    #expect(terminal.shows("[4 Stats]"))
    let shown = terminal.lines { $0.contains { $0.hasPrefix("   1 ") } }
    let table = try #require(shown).filter { $0.hasPrefix("   0 ") || $0.hasPrefix("   1 ") }
    terminal.press("y")
    #expect(terminal.shows("copied"))
    terminal.press("q", "q")
    let rest = try #require(
      terminal.lines { $0.contains { $0.hasPrefix("swtrace stats small.swt cpus") } })
    let command = try #require(rest.first { $0.hasPrefix("swtrace stats small.swt cpus") })
    let words = command.split(separator: " ").dropFirst().map(String.init)
    let run = ProgramRun.swtrace(words, in: terminal.folder, environment: ["COLUMNS=118"])
    for line in table {
      let cells = line.split(separator: " ").prefix(4).joined(separator: " ")
      let isThere = run.output.split(separator: "\n").contains {
        $0.split(separator: " ").prefix(4).joined(separator: " ") == cells
      }
      #expect(isThere, "\(cells): \(run.output) \(run.errors)")
    }
  }

  @Test(.enabled(if: hasTmux, "tmux is not installed"), .timeLimit(.minutes(5)))
  func `levels that cannot be kept are told of, and all else works`() throws {
    let terminal = try Terminal(columns: 120, rows: 40)
    let trace = try ViewCommandTests.largeTrace(in: terminal.folder)
    unsafe mkdir(trace + ".levels", 0o700)
    try #require(terminal.hasPrompt)
    terminal.type("\(ProgramRun.swtrace) view large.swt --screen cpu")
    #expect(terminal.shows("levels are not kept: large.swt.levels: Is a directory"))
    terminal.press("2")
    #expect(terminal.shows("[2 Thread]"))
    terminal.press("q")
    #expect(terminal.hasPrompt)
  }

  @Test(.enabled(if: hasTmux, "tmux is not installed"), .timeLimit(.minutes(5)))
  func `what is followed says so, what is complete says that too`() throws {
    let terminal = try Terminal(columns: 120, rows: 40)
    try #require(terminal.hasPrompt)
    terminal.type("\(ProgramRun.swtrace) view small.swt --follow")
    #expect(terminal.shows("--follow: the trace is complete, nothing more is added to it"))
    terminal.press("q")
    try #require(terminal.hasPrompt)
    try SmallTrace(rounds: 3, events: 400).write(in: terminal.folder, cut: true)
    terminal.type("\(ProgramRun.swtrace) view small.swt --follow")
    #expect(terminal.shows("following"))
    terminal.press("w", "Home")
    #expect(terminal.shows("follow: End"))
    terminal.press("End")
    #expect(terminal.shows("following"))
    terminal.press("q")
    #expect(terminal.hasPrompt)
  }

  @Test(.enabled(if: hasTmux, "tmux is not installed"), .timeLimit(.minutes(5)))
  func `a terminal is given back when the program is ended by a signal`() throws {
    let terminal = try Terminal(columns: 80, rows: 24)
    try #require(terminal.hasPrompt)
    terminal.type("sh -c 'echo $$ > pid; exec \(ProgramRun.swtrace) view small.swt'")
    #expect(terminal.lines { $0[0].contains("[1 CPU]") || $0[0].contains("[2 Thread]") } != nil)
    let end = ProgramRun.run("sh", ["-c", "kill -TERM $(cat pid)"], in: terminal.folder)
    #expect(end.status == 0)
    #expect(terminal.hasPrompt)
    #expect(
      terminal.tmux(["display-message", "-p", "#{alternate_on} #{cursor_flag}"]).output == "0 1\n")
  }
}

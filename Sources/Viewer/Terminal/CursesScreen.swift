internal import CCurses
internal import Glibc

/// The terminal, taken: shows frames and hears keys; gives it back as it was found.
///
/// One at a time in a process, whose `setlocale` was called before.
package struct CursesScreen: ~Copyable {
  package private(set) var theme: Theme
  package private(set) var glyphs: Glyphs
  private let input: Int32
  private let depth: ColourDepth
  private let isModern: Bool
  /// Whether it is a window of GNU screen.
  private let isInScreen: Bool
  private var decoder: KeyDecoder
  private var last: Frame?
  private var looks: [Style: (attributes: Int32, pair: Int32)] = [:]
  private var pairs: [[Int32]: Int32] = [[-1, -1]: 0]

  package init(
    theme: Theme, glyphs: Glyphs, input: Int32 = 0, output: Int32 = 1,
    environment: (String) -> String? = CursesScreen.variable
  ) throws(TerminalError) {
    let name = environment("TERM") ?? ""
    isModern = !name.hasPrefix("linux") && !name.hasPrefix("vt")
    switch unsafe swtrace_curses_start(input, output, name, isModern ? 1 : 0) {
    case Int32(SWTRACE_CURSES_STARTED.rawValue): break
    case Int32(SWTRACE_CURSES_NOT_A_TERMINAL.rawValue):
      throw .notATerminal(descriptor: isatty(input) == 1 ? output : input)
    case Int32(SWTRACE_CURSES_UNKNOWN_TERMINAL.rawValue): throw .unknownTerminal(name)
    case Int32(SWTRACE_CURSES_POOR_TERMINAL.rawValue): throw .poorTerminal(name)
    default: throw .outOfResources
    }
    self.theme = theme
    self.glyphs = glyphs
    self.input = input
    isInScreen =
      environment("STY")?.isEmpty == false && environment("TMUX")?.isEmpty != false
    decoder = KeyDecoder(
      escapeDelay: Self.escapeDelay(environment), isEscapeLate: isInScreen)
    depth = ColourDepth(colours: swtrace_curses_colours(), isDirect: swtrace_curses_direct() != 0)
  }

  deinit { swtrace_curses_end() }

  /// How long a key after an Esc counts as typed with Alt, in milliseconds: longer over a network.
  static func escapeDelay(_ environment: (String) -> String?) -> Int64 {
    environment("SSH_CONNECTION")?.isEmpty == false ? 250 : 25
  }

  package var size: (rows: Int, columns: Int) {
    var rows: Int32 = 0
    var columns: Int32 = 0
    unsafe swtrace_curses_size(&rows, &columns)
    return (Int(rows), Int(columns))
  }

  /// Draws what has changed since the last frame.
  package mutating func show(_ frame: Frame) {
    let frame = glyphs.translated(frame)
    guard frame != last else { return }
    for run in frame.runs(over: last) {
      let look = look(run.style)
      unsafe swtrace_curses_put(
        Int32(run.row), Int32(run.column), run.glyphs, Int32(run.glyphs.count), look.attributes,
        look.pair)
    }
    swtrace_curses_cursor(
      Int32(frame.cursor?.row ?? -1), Int32(frame.cursor?.column ?? -1))
    swtrace_curses_refresh()
    last = frame
  }

  /// Draws everything at the next `show`, also what has not changed.
  package mutating func redraw() {
    last = nil
    swtrace_curses_redraw()
  }

  /// Draws in other colours from the next `show` on.
  package mutating func use(_ theme: Theme) {
    self.theme = theme
    looks = [:]
    redraw()
  }

  /// Draws with other glyphs from the next `show` on.
  package mutating func use(_ glyphs: Glyphs) {
    self.glyphs = glyphs
    redraw()
  }

  /// Whether clicks come as keys; else the terminal selects text by them.
  package func setMouse(_ isOn: Bool) { swtrace_curses_mouse(isOn ? 1 : 0) }

  /// Gives a text to the terminal's clipboard; false where the terminal is known to have none.
  package func copy(_ text: String) -> Bool {
    guard let sequence = Clipboard.sequence(text), isModern else { return false }
    let bytes = isInScreen ? Clipboard.wrapped(sequence) : sequence
    unsafe swtrace_curses_write(bytes, Int32(bytes.count))
    return true
  }

  /// Stops the program as Ctrl-Z does elsewhere; comes back after `fg`.
  package mutating func suspend() {
    swtrace_curses_suspend()
    redraw()
  }

  /// Waits for keys, for a signal that concerns the screen, or for the loop's own descriptor.
  package mutating func read(
    timeoutMilliseconds timeout: Int? = nil, waking extra: Int32 = -1
  ) -> TerminalInput {
    let end = timeout.map { Self.milliseconds + Int64($0) }
    var found = TerminalInput()
    while true {
      found.keys = decoder.expire(at: Self.milliseconds)
      guard found.keys.isEmpty else { return found }
      let until = [end, decoder.deadline].compactMap { $0 }.min()
      let rest = until.map { max(0, $0 - Self.milliseconds) } ?? -1
      let wake = swtrace_curses_wake_descriptor()
      var polled = [input, wake, extra].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
      let count = unsafe poll(&polled, 3, Int32(clamping: rest))
      if count > 0 {
        if polled[1].revents != 0 { hearSignals(wake, &found) }
        if polled[0].revents != 0 { hearKeys(&found) }
        found.isWoken = polled[2].revents != 0
        if !found.isEmpty { return found }
      }
      if let end, Self.milliseconds >= end {
        found.keys = decoder.expire(at: Self.milliseconds)
        return found
      }
    }
  }

  private mutating func hearKeys(_ found: inout TerminalInput) {
    var bytes = [UInt8](repeating: 0, count: 4096)
    let count = unsafe Glibc.read(input, &bytes, bytes.count)
    if count > 0 {
      found.keys = decoder.feed(bytes[..<count], at: Self.milliseconds)
    } else if count == 0 || (errno != EINTR && errno != EAGAIN) {
      found.isClosed = true
    }
  }

  private mutating func hearSignals(_ wake: Int32, _ found: inout TerminalInput) {
    var bytes = [UInt8](repeating: 0, count: 256)
    let count = unsafe Glibc.read(wake, &bytes, bytes.count)
    for byte in bytes.prefix(max(0, count)) {
      switch UInt32(byte) {
      case SWTRACE_CURSES_RESIZED.rawValue: found.isResized = true
      case SWTRACE_CURSES_STOP_ASKED.rawValue: found.isStopAsked = true
      case SWTRACE_CURSES_CONTINUED.rawValue: found.isContinued = true
      default: break
      }
    }
    if found.isContinued { swtrace_curses_retake() }
    if found.isResized { swtrace_curses_resize() }
    if found.isContinued || found.isResized { last = nil }
  }

  private mutating func look(_ style: Style) -> (attributes: Int32, pair: Int32) {
    if let known = looks[style] { return known }
    let look = theme.look(style, depth)
    var attributes: UInt32 = 0
    if look.isBold { attributes |= SWTRACE_CURSES_BOLD.rawValue }
    if look.isUnderlined { attributes |= SWTRACE_CURSES_UNDERLINE.rawValue }
    if look.isReversed { attributes |= SWTRACE_CURSES_REVERSE.rawValue }
    let made = (Int32(attributes), pair(look.foreground, look.background))
    looks[style] = made
    return made
  }

  /// The number of a pair of colours; without their background where the terminal has too few.
  private mutating func pair(_ foreground: Int32, _ background: Int32) -> Int32 {
    if let known = pairs[[foreground, background]] { return known }
    let next = Int32(pairs.count)
    if swtrace_curses_pair(next, foreground, background) == 0 {
      pairs[[foreground, background]] = next
      return next
    }
    return background < 0 ? 0 : pair(foreground, -1)
  }

  static var milliseconds: Int64 { Moment.now / 1_000_000 }

  /// A variable of the process's environment.
  package static func variable(_ name: String) -> String? {
    guard let value = unsafe getenv(name) else { return nil }
    return unsafe String(cString: value)
  }

  /// Chooses how characters are written, and tells whether in UTF-8.
  ///
  /// In a language without UTF-8 the terminal is asked by a character whether it understands it all
  /// the same.
  package static func useLanguage(
    input: Int32 = 0, output: Int32 = 1, waiting milliseconds: Int32 = 300,
    environment: (String) -> String? = CursesScreen.variable
  ) -> Bool {
    unsafe setlocale(LC_CTYPE, "")
    if unsafe String(cString: nl_langinfo(Int32(CODESET))) == "UTF-8" { return true }
    let name = environment("TERM") ?? ""
    guard isatty(input) == 1, isatty(output) == 1, !name.hasPrefix("vt"), name != "dumb",
      name != "", swtrace_curses_probe_utf8(input, output, milliseconds) == 1
    else { return false }
    return unsafe setlocale(LC_CTYPE, "C.UTF-8") != nil
  }
}

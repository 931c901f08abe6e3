internal import Glibc

/// What is known of the terminal behind a descriptor.
enum Terminal {
  static func isTerminal(_ descriptor: Int32) -> Bool { isatty(descriptor) == 1 }

  /// Colours only on a terminal that can show them, and never with NO_COLOR.
  static func hasColours(_ descriptor: Int32) -> Bool {
    guard isTerminal(descriptor), variable("NO_COLOR")?.isEmpty ?? true else { return false }
    return variable("TERM") != "dumb"
  }

  /// Columns of the terminal, nil where there is none.
  static func columns(_ descriptor: Int32) -> Int? {
    var size = winsize()
    guard unsafe ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else {
      return nil
    }
    return Int(size.ws_col)
  }

  /// Columns that help is wrapped to: the terminal's between 60 and 100, 80 without one.
  static var helpColumns: Int { min(max(columns(1) ?? 80, 60), 100) }

  static func variable(_ name: String) -> String? {
    guard let value = unsafe getenv(name) else { return nil }
    return unsafe String(cString: value)
  }
}

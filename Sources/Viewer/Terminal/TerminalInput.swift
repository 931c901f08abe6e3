/// What has come while the screen was waited on.
package struct TerminalInput: Hashable, Sendable {
  package var keys: [Key] = []
  package var isResized = false
  /// Somebody sent SIGTSTP; `suspend` does it.
  package var isStopAsked = false
  /// The process was stopped without being asked and goes on; the screen is taken again.
  package var isContinued = false
  /// The loop's own descriptor can be read.
  package var isWoken = false
  /// The terminal is gone.
  package var isClosed = false

  var isEmpty: Bool { self == TerminalInput() }
}

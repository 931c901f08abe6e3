/// Why something could not be had from the kernel's tracing; the wording is the command's.
package enum KernelTracingError: Error, Hashable, Sendable {
  /// What was tried on a file or directory.
  package enum Operation: Hashable, Sendable {
    case open, read, write, list, create, remove, lock, mount
  }

  /// A system call failed on `path`.
  case failed(Operation, path: String, errno: Int32)
  /// None of the usual places holds a tracefs, and mounting one was not asked for.
  case notMounted(roots: [String])
  /// Names of instances are one path component of `A-Z a-z 0-9 . _ -` without a leading dot.
  case badName(String)
  /// The instance exists and its recorder lives.
  case instanceInUse(path: String)
  case noSuchEvent(KernelEventName)
  /// The kernel refused a filter: its own error text, and the byte of the filter that it means.
  case filterRefused(KernelEventName, filter: String, message: String, column: Int?)
  case noSuchClock(String, available: [String])
  /// A file of the kernel's holds what its kind never should; `line` counts from 1.
  case malformed(path: String, line: Int)
  /// More than the limits of a trace allow.
  case tooLarge(path: String, bytes: Int)
}

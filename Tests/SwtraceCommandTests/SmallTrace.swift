import Glibc
import SyntheticTrace
import TraceFile

/// A trace of two CPUs and a program that is always the same.
struct SmallTrace {
  var rounds: Int
  var events: Int

  /// Writes it into `folder`, whole or without its end; returns its path.
  @discardableResult
  func write(in folder: String, cut: Bool = false) throws -> String {
    let path = folder + "/small.swt"
    let descriptor = unsafe open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    defer { close(descriptor) }
    var trace = SyntheticTrace(seed: 7, cpus: 2, threads: 8, processes: 1)
    try trace.write(to: descriptor, rounds: rounds, events: events, isCut: cut)
    return path
  }
}

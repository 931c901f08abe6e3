internal import Glibc

/// The traces that one recording writes one after another: `trace.swt`, `trace.2.swt`, `trace.3.swt`.
struct TraceSequence {
  private let path: String
  /// How many are kept, the newest; nil: all.
  private let most: Int?
  private(set) var kept: [String] = []
  private(set) var count = 0

  init(_ path: String, keeping most: Int?) {
    self.path = path
    self.most = most
  }

  /// The name of the next one.
  var next: String {
    guard count > 0 else { return path }
    guard path.hasSuffix(".swt") else { return "\(path).\(count + 1)" }
    return "\(path.dropLast(4)).\(count + 1).swt"
  }

  /// Notes that the next one is there, and removes the oldest where there are too many.
  mutating func advance() {
    kept.append(next)
    count += 1
    while let most, kept.count > most { unsafe unlink(kept.removeFirst()) }
  }
}

internal import Events
internal import Glibc

/// A line on the terminal that is drawn again and again while something takes long.
///
/// It appears after half a second, on standard error, only where that is a terminal.
struct ProgressLine: ~Copyable {
  private static let patience: UInt64 = 500_000_000
  private static let interval: UInt64 = 100_000_000

  private let isShown: Bool
  private let start: UInt64
  private var drawn: UInt64 = 0

  init(quiet: Bool = false) {
    isShown = !quiet && Terminal.isTerminal(2)
    start = Self.now()
  }

  /// Draws `text` unless that was done a moment ago.
  mutating func show(_ text: @autoclosure () -> String) {
    guard isShown else { return }
    let now = Self.now()
    guard now - start >= Self.patience, now - drawn >= Self.interval else { return }
    drawn = now
    let width = (Terminal.columns(2) ?? 80) - 1
    Self.write("\r\(String(text().prefix(max(width, 0))))\u{1b}[K")
  }

  /// Takes the line away.
  mutating func clear() {
    guard drawn > 0 else { return }
    drawn = 0
    Self.write("\r\u{1b}[K")
  }

  deinit {
    if drawn > 0 { Self.write("\r\u{1b}[K") }
  }

  /// A recording so far: `recording  12.300 s  4 102 331 events  5.9 MB  lost 0`.
  static func recording(elapsed: TimeSpan, events: UInt64, bytes: UInt64, lost: UInt64) -> String {
    "recording  \(Figure.seconds(Timestamp(nanoseconds: elapsed.nanoseconds))) s  "
      + "\(Figure.count(events, "event"))  \(ByteCount(bytes: bytes).text)  "
      + "lost \(Figure.count(lost))"
  }

  /// The monotonic clock in nanoseconds.
  static func now() -> UInt64 {
    var time = timespec()
    unsafe clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }

  private static func write(_ text: String) {
    var output = StandardOutput(descriptor: 2)
    output.write(text)
    output.flush()
  }
}

public import CSwtrace
internal import Glibc

/// A span that was begun by hand.
///
/// It may be kept, handed on, and ended on any thread. A value that is never ended shows as a span without an end; ending it twice shows as an end
/// without a begin. `isOn` is false where nobody recorded the begin: such a span's end is not
/// recorded either.
@frozen @safe
public struct OpenSpan: @unchecked Sendable {
  @usableFromInline let number: UInt64
  @usableFromInline let marker: UnsafePointer<swtrace_marker>?

  /// A span that nobody records.
  @inlinable @inline(__always)
  init() {
    number = 0
    unsafe marker = nil
  }

  /// A new number, and the marker of the end.
  @inlinable @inline(__always)
  init(endingAt marker: UnsafePointer<swtrace_marker>) {
    number = Self.newNumber()
    unsafe self.marker = marker
  }

  /// Whether the begin was recorded.
  @inlinable @inline(__always)
  public var isOn: Bool { number != 0 }

  /// Ends the span.
  @inlinable @inline(__always)
  public func end() {
    guard number != 0, let marker = unsafe marker else { return }
    unsafe PlacedMarker1<UInt64>(marker).emit(number)
  }

  /// Top bit, 47 bits of the clock, 16 bits that tell threads apart which read it at one instant.
  ///
  /// A thread needs longer for a reading than the clock for a tick, so a number comes back when the
  /// 47 bits do, after a day and more at 1 GHz.
  @usableFromInline
  static func newNumber() -> UInt64 {
    let thread = UInt64(UInt(pthread_self()) >> 6) & 0xffff
    return 1 << 63 | (swtrace_ticks() & (1 << 47 - 1)) << 16 | thread
  }
}

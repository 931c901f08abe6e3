internal import CLinux
import Events

/// An event as the loop over merged events reads it: whatever its type's columns are, it is one line
/// of a cache.
///
/// ```
///                      second                       third
/// sched_switch         priority of the next one
/// enter of a call      where its arguments lie
/// exit of a call       what it returned
/// block requests       sector                       sectors; a: DiskOperation, b: an error
/// ```
struct EventRecord: BitwiseCopyable {
  /// As state tracking takes it, its time in nanoseconds of CLOCK_MONOTONIC.
  var state: StateRecord
  /// Its time in ticks.
  var key: UInt64
  var second: Int64 = 0
  var third: Int64 = 0
  var row: UInt32
  var group: UInt16
  /// What it is, where state tracking passes it by.
  var role: EventRole
  /// Whether calls right before it were counted already (`takeCallsAhead`).
  var comesAfterCalls = false

  static let noPriority = Int64.min
}

/// The six arguments of a system call, in a column that somebody keeps.
@safe
struct CallArguments {
  private let place: UnsafeRawPointer?

  init(_ column: FlatColumn, _ row: Int) {
    unsafe place = column.width == 48 ? column.base.map { unsafe $0 + row &* 48 } : nil
  }

  init(place: Int64) {
    unsafe self.place = UnsafeRawPointer(bitPattern: Int(place))
  }

  var isKnown: Bool { unsafe place != nil }
  var bits: Int64 { unsafe Int64(Int(bitPattern: place)) }

  /// Has them fetched, which are needed soon.
  @inline(__always)
  func prefetch() {
    guard let place = unsafe place else { return }
    unsafe swtrace_linux_prefetch(place)
    unsafe swtrace_linux_prefetch(place + 40)
  }

  /// 0 where they are not known.
  subscript(number: Int) -> UInt64 {
    @inline(__always)
    get {
      guard let place = unsafe place else { return 0 }
      return unsafe UInt64(
        littleEndian: place.loadUnaligned(fromByteOffset: number &* 8, as: UInt64.self))
    }
  }
}

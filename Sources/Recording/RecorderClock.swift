internal import CLinux
internal import Events

/// The clocks of this machine, and which of them stamps what.
struct RecorderClock: Sendable {
  /// The clock that watermarks are in, and programs' markers.
  let reference: ClockKind
  private let start: (ticks: UInt64, nanoseconds: UInt64)

  /// The processor's counter where it is the kernel's own clock source and never stops.
  init(usesProcessorCounter: Bool) {
    reference = usesProcessorCounter ? .processor : .monotonic
    start = (
      swtrace_linux_processor_ticks(), swtrace_linux_nanoseconds(clockid_t(CLOCK_MONOTONIC))
    )
  }

  func read() -> ClockReading {
    var values: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
    unsafe withUnsafeMutableBytes(of: &values) { bytes in
      if let start = bytes.baseAddress {
        unsafe swtrace_linux_read_clocks(start.assumingMemoryBound(to: UInt64.self))
      }
    }
    return ClockReading(
      processor: reference == .processor ? values.0 : 0, monotonic: values.1, realtime: values.2,
      boottime: values.3)
  }

  /// The tick of the reference clock at an instant of CLOCK_MONOTONIC, or one shortly before it.
  func ticks(at nanoseconds: UInt64) -> UInt64 {
    guard reference == .processor, nanoseconds != .max else { return nanoseconds }
    let now = (swtrace_linux_processor_ticks(), monotonicNanoseconds())
    let elapsed = now.1.subtractingOrZero(start.nanoseconds)
    // Too short a time tells nothing of the rate.
    guard elapsed > 1_000_000, nanoseconds >= start.nanoseconds else { return start.ticks }
    let rate = Double(now.0.subtractingOrZero(start.ticks)) / Double(elapsed)
    let ago = Double(now.1.subtractingOrZero(nanoseconds)) * rate
    let margin = 1000 * rate
    return now.0.subtractingOrZero(UInt64(ago + margin))
  }

  /// Now, in ticks of the reference clock.
  var ticks: UInt64 {
    switch reference {
    case .processor: swtrace_linux_processor_ticks()
    case .monotonic: swtrace_linux_nanoseconds(clockid_t(CLOCK_MONOTONIC))
    }
  }
}

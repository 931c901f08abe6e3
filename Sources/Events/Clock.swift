/// The counter that stamps a stream's events.
///
/// Raw values are those of the trace file.
package enum ClockKind: UInt8, Hashable, Sendable, CaseIterable {
  /// The processor's own counter: `rdtsc` on x86-64, `cntvct_el0` on arm64.
  case processor = 1
  /// CLOCK_MONOTONIC in nanoseconds, the kernel's `mono`.
  case monotonic = 2
}

/// One reading of all clocks at the same instant, as nearly as that can be had.
package struct ClockReading: Hashable, Sendable {
  /// Processor counter, 0 where there is none that can be used.
  package var processor: UInt64
  /// CLOCK_MONOTONIC, nanoseconds.
  package var monotonic: UInt64
  /// CLOCK_REALTIME, nanoseconds since 1970.
  package var realtime: UInt64
  /// CLOCK_BOOTTIME, nanoseconds.
  package var boottime: UInt64

  package init(processor: UInt64, monotonic: UInt64, realtime: UInt64, boottime: UInt64) {
    self.processor = processor
    self.monotonic = monotonic
    self.realtime = realtime
    self.boottime = boottime
  }

  package func ticks(of clock: ClockKind) -> UInt64 {
    switch clock {
    case .processor: processor
    case .monotonic: monotonic
    }
  }
}

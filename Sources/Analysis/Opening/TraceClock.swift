package import Events

/// The clocks of a trace: brings ticks of every stream to the reference clock for ordering, and to
/// nanoseconds since the start for showing.
///
/// Streams on the reference clock keep their ticks as they are, so that events below a nanosecond
/// apart keep their order.
package struct TraceClock: Sendable {
  package let reference: ClockKind
  package let start: ClockReading
  package private(set) var readings: [ClockReading]
  private var toMonotonic: ClockConversion
  private var toReference: ClockConversion
  private var toRealtime: ClockConversion

  package init(reference: ClockKind, start: ClockReading, readings: [ClockReading] = []) {
    self.reference = reference
    self.start = start
    self.readings = readings.isEmpty ? [start] : readings
    let conversions = Self.conversions(self.readings, reference)
    (toMonotonic, toReference, toRealtime) = conversions
  }

  private static func conversions(
    _ readings: [ClockReading], _ reference: ClockKind
  ) -> (ClockConversion, ClockConversion, ClockConversion) {
    let source = reference.readingPath
    let other = reference.other.readingPath
    return (
      ClockConversion(readings, from: source, to: \.monotonic),
      ClockConversion(readings, from: other, to: source),
      ClockConversion(readings, from: \.monotonic, to: \.realtime)
    )
  }

  /// Takes one more reading; what was converted before keeps its value up to the last reading.
  package mutating func append(_ reading: ClockReading) {
    readings.append(reading)
    (toMonotonic, toReference, toRealtime) = Self.conversions(readings, reference)
  }

  /// Ticks of a clock as ticks of the reference clock.
  package func key(_ ticks: UInt64, of clock: ClockKind) -> UInt64 {
    clock == reference ? ticks : Self.unwrapped(toReference(ticks), from: ticks)
  }

  /// An instant before the clock's zero is its zero.
  private static func unwrapped(_ converted: Int64, from ticks: UInt64) -> UInt64 {
    converted < 0 && ticks >> 63 == 0 ? 0 : UInt64(bitPattern: converted)
  }

  /// Nanoseconds since the start for a run of keys.
  func nanoseconds(_ keys: UnsafeMutablePointer<UInt64>, count: Int) -> [Int64] {
    unsafe [Int64](unsafeUninitializedCapacity: count) { buffer, initialized in
      initialized = count
      guard let target = buffer.baseAddress else { return }
      guard reference != .monotonic else {
        for position in 0..<count {
          unsafe target[position] = Int64(bitPattern: keys[position] &- start.monotonic)
        }
        return
      }
      unsafe toMonotonic.convert(
        UnsafeBufferPointer(start: keys, count: count),
        relativeTo: Int64(bitPattern: start.monotonic), into: target)
    }
  }

  /// CLOCK_MONOTONIC for a run of keys, never before its zero.
  func fillMonotonic(
    _ times: UnsafeMutablePointer<UInt64>, from keys: UnsafeMutablePointer<UInt64>, count: Int
  ) {
    guard reference != .monotonic else {
      unsafe times.initialize(from: keys, count: count)
      return
    }
    unsafe times.withMemoryRebound(to: Int64.self, capacity: count) { target in
      unsafe toMonotonic.convert(
        UnsafeBufferPointer(start: keys, count: count), relativeTo: 0, into: target)
      for position in 0..<count { unsafe target[position] = max(0, target[position]) }
    }
  }

  /// The instant of a tick of the reference clock.
  package func timestamp(_ key: UInt64) -> Timestamp {
    Timestamp(nanoseconds: nanoseconds(key))
  }

  @inline(__always)
  func nanoseconds(_ key: UInt64) -> Int64 {
    reference == .monotonic
      ? Int64(bitPattern: key &- start.monotonic)
      : toMonotonic(key) &- Int64(bitPattern: start.monotonic)
  }

  /// CLOCK_REALTIME at a tick of the reference clock, nanoseconds since 1970.
  package func realtime(_ key: UInt64) -> Int64 {
    let monotonic = nanoseconds(key) &+ Int64(bitPattern: start.monotonic)
    return toRealtime(UInt64(bitPattern: monotonic))
  }

  /// The first tick of the reference clock that is not before `instant`.
  package func key(notBefore instant: Timestamp) -> UInt64 {
    let origin = start.ticks(of: reference)
    var low: UInt64 = 0
    var high = UInt64.max
    // A bracket around the answer, doubled until it holds it: conversion is monotone near readings.
    var reach: UInt64 = 1 << 20
    if nanoseconds(origin) >= instant.nanoseconds {
      high = origin
      while reach < origin, nanoseconds(origin - reach) >= instant.nanoseconds {
        high = origin - reach
        reach = reach.multipliedReportingOverflow(by: 2).overflow ? .max : reach * 2
      }
      low = reach < origin ? origin - reach : 0
    } else {
      low = origin
      while let next = origin.addingChecked(reach), nanoseconds(next) < instant.nanoseconds,
        nanoseconds(next) >= nanoseconds(low)
      {
        low = next
        guard reach < 1 << 62 else { return .max }
        reach *= 2
      }
      high = origin.addingChecked(reach) ?? .max
    }
    while low < high {
      let middle = low + (high - low) / 2
      if nanoseconds(middle) >= instant.nanoseconds { high = middle } else { low = middle + 1 }
    }
    return low
  }

  /// Fills in the keys of a batch's events: its times in ticks of the reference clock, none before
  /// the one in front of it.
  func fillKeys(
    _ keys: UnsafeMutableBufferPointer<UInt64>, of batch: Batch, _ tables: TraceTables
  ) {
    let id = batch.streams.first ?? batch.stream
    let clock = tables.stream(id)?.clock ?? reference
    var latest: UInt64 = 0
    if clock == reference {
      unsafe batch.times.withUnsafeBufferPointer { times in
        for position in times.indices {
          latest = unsafe max(latest, times[position])
          unsafe keys[position] = latest
        }
      }
    } else {
      let converted = toReference.convert(batch.times)
      for position in converted.indices {
        latest = max(latest, Self.unwrapped(converted[position], from: batch.times[position]))
        unsafe keys[position] = latest
      }
    }
  }
}

extension ClockKind {
  fileprivate var readingPath: KeyPath<ClockReading, UInt64> {
    switch self {
    case .processor: \.processor
    case .monotonic: \.monotonic
    }
  }

  fileprivate var other: ClockKind {
    self == .processor ? .monotonic : .processor
  }
}

extension UInt64 {
  fileprivate func addingChecked(_ other: UInt64) -> UInt64? {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? nil : sum
  }
}

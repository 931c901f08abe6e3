import Events

/// What a batch in a slot of the merge is read by.
@safe
final class LaneSlot {
  let serial: UInt64
  let batch: FlatBatch?
  private let count: Int
  /// Times in nanoseconds of CLOCK_MONOTONIC.
  private let times: UnsafeMutablePointer<UInt64>
  private let readers: UnsafeMutablePointer<GroupReader>

  init() {
    serial = 0
    batch = nil
    count = 0
    unsafe times = .allocate(capacity: 1)
    unsafe readers = .allocate(capacity: 1)
  }

  init(_ batch: FlatBatch, serial: UInt64, _ known: EventRoles, _ clock: TraceClock) {
    self.serial = serial
    self.batch = batch
    count = batch.count
    unsafe times = .allocate(capacity: max(1, batch.count))
    unsafe readers = .allocate(capacity: max(1, batch.groups.count))
    unsafe clock.fillMonotonic(times, from: batch.keys, count: batch.count)
    for (place, group) in batch.groups.enumerated() {
      unsafe (readers + place).initialize(to: GroupReader(group, known[group.type]))
    }
  }

  deinit {
    unsafe times.deallocate()
    unsafe readers.deallocate()
  }

  func time(_ position: Int) -> UInt64 {
    precondition(position >= 0 && position < count)
    return unsafe times[position]
  }

  /// Where everything lies, as long as the slot lives; nil where it is empty.
  var view: SlotView? {
    guard let batch else { return nil }
    return unsafe SlotView(
      keys: batch.keys, times: times, rows: batch.rows, threads: batch.threads, cpus: batch.cpus,
      groupOf: batch.groupOf, readers: readers)
  }
}

/// A batch as the loop over its events reads it, without counting references.
@unsafe
struct SlotView: BitwiseCopyable {
  let keys: UnsafeMutablePointer<UInt64>
  let times: UnsafeMutablePointer<UInt64>
  let rows: UnsafeMutablePointer<UInt32>
  let threads: UnsafeMutablePointer<ThreadNumber>
  let cpus: UnsafeMutablePointer<UInt16>
  let groupOf: UnsafeMutablePointer<UInt16>
  let readers: UnsafeMutablePointer<GroupReader>
}

extension TraceClock {
  /// CLOCK_MONOTONIC at a tick of the reference clock, never before its zero.
  func monotonic(_ key: UInt64) -> UInt64 {
    let time = nanoseconds(key) &+ Int64(bitPattern: start.monotonic)
    return UInt64(max(0, time))
  }

  func monotonic(_ keys: UnsafeMutablePointer<UInt64>, count: Int) -> [UInt64] {
    unsafe [UInt64](unsafeUninitializedCapacity: count) { buffer, initialized in
      if let base = buffer.baseAddress { unsafe fillMonotonic(base, from: keys, count: count) }
      initialized = count
    }
  }
}

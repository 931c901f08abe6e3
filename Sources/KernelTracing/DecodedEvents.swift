internal import Events

/// The common columns of the events that were decoded.
struct DecodedEvents {
  private(set) var times = GrowingMemory(capacity: 4096)
  private(set) var threads = GrowingMemory(capacity: 4096)
  private(set) var slots = GrowingMemory(capacity: 4096)
  private(set) var count = 0

  mutating func reserve(_ extra: Int) {
    times.reserve(8 * extra)
    threads.reserve(4 * extra)
    slots.reserve(2 * extra)
  }

  /// States that `count` events are in place.
  mutating func setCount(_ count: Int) {
    self.count = count
    times.used = 8 * count
    threads.used = 4 * count
    slots.used = 2 * count
  }

  mutating func clear() { setCount(0) }

  func deallocate() {
    times.deallocate()
    threads.deallocate()
    slots.deallocate()
  }
}

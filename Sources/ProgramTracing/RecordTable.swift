internal import Events

/// Records that were found in copied chunks, a row a record in parallel arrays, before they are
/// sorted and become a batch.
@safe
struct RecordTable: ~Copyable {
  let capacity: Int
  var count = 0
  /// Whether each row's time is at or after the one before.
  var isSorted = true
  var lastTime: UInt64 = 0

  let times: UnsafeMutablePointer<UInt64>
  /// Where a record's fields lie in the arena.
  let places: UnsafeMutablePointer<UInt32>
  let threads: UnsafeMutablePointer<ThreadNumber>
  let streams: UnsafeMutablePointer<UInt32>
  let cpus: UnsafeMutablePointer<UInt16>
  let groups: UnsafeMutablePointer<UInt16>

  init(capacity: Int) {
    self.capacity = capacity
    unsafe times = .allocate(capacity: capacity)
    unsafe places = .allocate(capacity: capacity)
    unsafe threads = .allocate(capacity: capacity)
    unsafe streams = .allocate(capacity: capacity)
    unsafe cpus = .allocate(capacity: capacity)
    unsafe groups = .allocate(capacity: capacity)
  }

  deinit {
    unsafe times.deallocate()
    unsafe places.deallocate()
    unsafe threads.deallocate()
    unsafe streams.deallocate()
    unsafe cpus.deallocate()
    unsafe groups.deallocate()
  }

  mutating func removeAll() {
    count = 0
    isSorted = true
    lastTime = 0
  }
}

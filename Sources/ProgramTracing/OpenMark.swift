internal import CSwtrace
internal import Events

/// What an open record stands for.
enum OpenMark: Equatable {
  case record
  /// The event that found no room at a chunk's end, on its way to another. Nothing follows.
  case tail
  /// Its place in the next chunk, while the tail mark may still be open.
  case moved

  init(_ header: UInt64) {
    self =
      if header & UInt64(SWTRACE_OPEN_TAIL) != 0 {
        .tail
      } else if header & UInt64(SWTRACE_OPEN_MOVED) != 0 {
        .moved
      } else {
        .record
      }
  }
}

/// Events that were left between two chunks with both places open, and are to be counted once.
struct TornEvents {
  private struct Crossing: Hashable {
    var thread: ThreadNumber
    /// Number of the chunk that was full among the thread's.
    var order: UInt32
  }

  private var tails: Set<Crossing> = []
  private var moved: Set<Crossing> = []

  /// Whether an open record is an event that was not counted before.
  mutating func isAnother(_ mark: OpenMark, thread: ThreadNumber, order: UInt32) -> Bool {
    switch mark {
    case .record: return true
    case .tail:
      let crossing = Crossing(thread: thread, order: order)
      tails.insert(crossing)
      return moved.remove(crossing) == nil
    case .moved:
      let crossing = Crossing(thread: thread, order: order &- 1)
      moved.insert(crossing)
      return tails.remove(crossing) == nil
    }
  }
}

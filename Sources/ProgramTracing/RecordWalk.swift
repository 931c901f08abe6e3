internal import CSwtrace
internal import Events

/// A walk over the records of one copied chunk (swtrace_layout.h draws them).
///
/// The copy is the recorder's own: what it holds may be nonsense, but it does not change.
struct RecordWalk {
  /// Why the walk ended.
  enum Stop: Equatable {
    case end
    /// A record that is still being written, with its size.
    case open(Int, OpenMark)
    /// Zero where a record should be: reserved and not yet stamped, or nothing.
    case nothing
    /// The record's marker has to be looked up; the walk goes on from here.
    case unresolved(Int)
    /// Not a record.
    case damaged
  }

  /// Where to begin, and where the walk ended, in the arena.
  var place: Int
  var limit: Int
  var base: UInt64
  var thread: ThreadNumber
  var stream: UInt32
  /// Stamps after it are outside the session.
  var cutoff: UInt64
  /// What the program's clock is ahead of the recorder's.
  var clockOffset: UInt64
  /// Time of the last record that was met.
  var lastTime: UInt64
  /// How far in front of each header an earlier copy of it lies; 0 where there is none.
  ///
  /// A record counts only if its header was there when the earlier copy was taken: then its fields
  /// were, too, before the later one began.
  var earlier = 0
  /// Records that lie after the cutoff.
  var outside: UInt64 = 0

  mutating func run(
    _ arena: borrowing CopyArena, into table: inout RecordTable, plans: borrowing [MarkerPlan],
    codes: borrowing [UInt8]
  ) -> Stop {
    precondition(place >= earlier && limit <= arena.size && place <= limit)
    let bytes = unsafe UnsafeRawPointer(arena.address)
    return unsafe plans.withUnsafeBufferPointer { plans in
      unsafe codes.withUnsafeBufferPointer { codes in
        unsafe run(bytes, &table, plans, codes)
      }
    }
  }

  private mutating func run(
    _ bytes: UnsafeRawPointer, _ table: inout RecordTable,
    _ plans: UnsafeBufferPointer<MarkerPlan>, _ codes: UnsafeBufferPointer<UInt8>
  ) -> Stop {
    var place = place
    var row = table.count
    var previous = table.lastTime
    var isSorted = table.isSorted
    let capacity = table.capacity
    let (times, places) = unsafe (table.times, table.places)
    let (threads, streams) = unsafe (table.threads, table.streams)
    let (cpus, groups) = unsafe (table.cpus, table.groups)
    defer {
      self.place = place
      table.count = row
      table.lastTime = previous
      table.isSorted = isSorted
    }
    while limit &- place >= 8 {
      let header = unsafe bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self)
      if header == 0 { return .nothing }
      if header >> 63 != 0 { return .open(Int(header >> 48 & 0x7fff), OpenMark(header)) }
      if earlier != 0,
        unsafe bytes.loadUnaligned(fromByteOffset: place &- earlier, as: UInt64.self) != header
      {
        return .nothing
      }
      var id = Int(header >> 48)
      var fields = place &+ 8
      var time = base &+ (header & SWTRACE_TICKS_MASK)
      if id > Int(SWTRACE_MARKER_ID_MAX) {
        switch UInt32(id) {
        case SWTRACE_RECORD_TAIL:
          place = limit
          return .end
        case SWTRACE_RECORD_SKIP:
          let size = Int(header & SWTRACE_TICKS_MASK)
          guard size >= 8, size & 7 == 0, size <= limit &- place else { return .damaged }
          place &+= size
          continue
        case SWTRACE_RECORD_EXTENDED:
          guard limit &- place >= 24 else { return .damaged }
          time = unsafe bytes.loadUnaligned(fromByteOffset: place &+ 8, as: UInt64.self)
          id = Int(unsafe bytes.loadUnaligned(fromByteOffset: place &+ 16, as: UInt32.self))
          fields = place &+ 20
        default: return .damaged
        }
      }
      guard id > 0 else { return .damaged }
      guard id <= plans.count else { return .unresolved(id) }
      let plan = unsafe plans[id &- 1]
      var end = fields
      if plan.fixedSize != MarkerPlan.varying {
        end &+= Int(plan.fixedSize)
      } else {
        let first = Int(plan.firstCode)
        for index in first..<first &+ Int(plan.codeCount) {
          let width = Int(unsafe codes[index] & 0x0f)
          if width != 0 {
            end &+= width
          } else {
            guard limit &- end >= 2 else { return .damaged }
            let length = unsafe bytes.loadUnaligned(fromByteOffset: end, as: UInt16.self)
            end &+= 2 &+ Int(length & ~UInt16(SWTRACE_LENGTH_CUT))
          }
        }
      }
      end = (end &+ 7) & ~7
      guard end <= limit else { return .damaged }
      if plan.group >= MarkerPlan.unwanted {
        if plan.group == MarkerPlan.unresolved { return .unresolved(id) }
        place = end
        continue
      }
      time &-= clockOffset
      lastTime = time
      if time > cutoff {
        outside &+= 1
        place = end
        continue
      }
      guard row < capacity else { return .end }
      if time < previous { isSorted = false }
      previous = time
      unsafe times[row] = time
      unsafe places[row] = UInt32(truncatingIfNeeded: fields)
      unsafe threads[row] = thread
      unsafe streams[row] = stream
      unsafe cpus[row] = UInt16(truncatingIfNeeded: header >> UInt64(SWTRACE_TICKS_BITS) & 0xfff)
      unsafe groups[row] = plan.group
      row &+= 1
      place = end
    }
    return .end
  }
}

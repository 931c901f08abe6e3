import Events

/// Where a column's rows lie in a flat batch.
@safe
struct FlatColumn {
  /// nil where the column was not wanted or not read.
  let base: UnsafeRawPointer?
  let width: Int
  /// Where each row of a varying column ends.
  let ends: UnsafePointer<UInt32>?

  init(base: UnsafeRawPointer?, width: Int, ends: UnsafePointer<UInt32>?) {
    unsafe self.base = base
    self.width = width
    unsafe self.ends = ends
  }

  /// The bytes of a row; the caller vouches for the row.
  @inline(__always)
  func row(_ row: Int) -> UnsafeRawBufferPointer {
    guard let base = unsafe base else { return unsafe UnsafeRawBufferPointer(start: nil, count: 0) }
    if width > 0 {
      return unsafe UnsafeRawBufferPointer(start: base + row &* width, count: width)
    }
    guard let ends = unsafe ends else { return unsafe UnsafeRawBufferPointer(start: nil, count: 0) }
    let start = unsafe row == 0 ? 0 : Int(ends[row &- 1])
    return unsafe UnsafeRawBufferPointer(start: base + start, count: Int(ends[row]) &- start)
  }

  /// An integer of the type's width in a row of a fixed column; 0 where there is no column.
  @inline(__always)
  func load<Number: FixedWidthInteger & BitwiseCopyable>(_ type: Number.Type, _ row: Int) -> Number
  {
    guard let base = unsafe base else { return 0 }
    return unsafe Number(
      littleEndian: base.loadUnaligned(
        fromByteOffset: row &* MemoryLayout<Number>.size, as: Number.self))
  }

  /// An integer of any width up to 8 bytes, sign-extended where `signed`.
  @inline(__always)
  func integer(_ row: Int, signed: Bool) -> Int64 {
    switch (width, signed) {
    case (1, false): Int64(load(UInt8.self, row))
    case (1, true): Int64(load(Int8.self, row))
    case (2, false): Int64(load(UInt16.self, row))
    case (2, true): Int64(load(Int16.self, row))
    case (4, false): Int64(load(UInt32.self, row))
    case (4, true): Int64(load(Int32.self, row))
    case (8, _): load(Int64.self, row)
    default: 0
    }
  }
}

/// The events of one type in a flat batch.
struct FlatGroup {
  var type: EventTypeID
  var rows: Int
  /// Of the type's fields, in their order; without base where not wanted.
  var columns: [FlatColumn]
  var remainder: FlatColumn?
}

/// Which fields of each type are laid out.
enum ColumnChoice {
  case all
  /// Positions of fields by the type's number; types beyond the end have none.
  case some([[Int]])
}

/// A batch checked and laid out flat, with its times in ticks of the reference clock, so that loops
/// over events of many batches read plain memory.
///
/// ```
/// keys     u64 × count     never descending
/// order    u64 × count     where calls are given out together
/// rows     u32 × count     row of the event's group
/// threads  i32 × count
/// cpus     u16 × count
/// groupOf  u16 × count
/// ```
/// Columns stay where the batch has them: its arrays are kept, and nobody writes to them.
@safe
final class FlatBatch {
  private(set) var count: Int
  let keys: UnsafeMutablePointer<UInt64>
  /// What the merge goes by: `keys` themselves, or those of the events that others are given out
  /// with, from `fillOrder` on.
  let order: UnsafeMutablePointer<UInt64>
  let rows: UnsafeMutablePointer<UInt32>
  let threads: UnsafeMutablePointer<ThreadNumber>
  let cpus: UnsafeMutablePointer<UInt16>
  let groupOf: UnsafeMutablePointer<UInt16>
  let groups: [FlatGroup]
  /// The stream of all events where `streams` is empty.
  let stream: StreamID
  let streams: [StreamID]
  let losses: [PlacedLoss]
  let bytes: Int
  /// The batch itself, where a filter has to look at it.
  var source: Batch?
  private let memory: UnsafeMutableRawPointer
  private let calls: OwnCalls?
  /// What `groups` point into.
  private let columns: [Column]

  deinit {
    unsafe memory.deallocate()
  }

  /// Lays a batch out; nil where its parts contradict each other or the tables of the trace.
  init?(
    _ batch: Batch, tables: TraceTables, clock: TraceClock, choice: ColumnChoice = .all,
    callsTogether: EventRoles? = nil
  ) {
    guard let layout = FlatLayout(batch, tables: tables, choice: choice) else { return nil }
    let count = batch.count
    calls = callsTogether.flatMap { OwnCalls(batch, $0) }
    let orderBytes = calls == nil ? 0 : count * 8
    let memory = UnsafeMutableRawPointer.allocate(
      byteCount: layout.eventBytes + orderBytes, alignment: 16)
    unsafe self.memory = unsafe memory
    self.count = count
    bytes = layout.bytes + orderBytes
    unsafe keys = unsafe memory.bindMemory(to: UInt64.self, capacity: count)
    var offset = FlatLayout.padded(count * 8)
    unsafe rows = unsafe (memory + offset).bindMemory(to: UInt32.self, capacity: count)
    offset += FlatLayout.padded(count * 4)
    unsafe threads = unsafe (memory + offset).bindMemory(to: ThreadNumber.self, capacity: count)
    offset += FlatLayout.padded(count * 4)
    unsafe cpus = unsafe (memory + offset).bindMemory(to: UInt16.self, capacity: count)
    offset += FlatLayout.padded(count * 2)
    unsafe groupOf = unsafe (memory + offset).bindMemory(to: UInt16.self, capacity: count)
    offset += FlatLayout.padded(count * 2)
    unsafe order =
      unsafe calls == nil
      ? keys : (memory + offset).bindMemory(to: UInt64.self, capacity: count)

    isOneCPU = batch.streams.isEmpty && batch.cpus.isEmpty
    stream = batch.stream
    streams = batch.streams
    losses = batch.losses.map { PlacedLoss($0, tables: tables, clock: clock) }
    var columns: [Column] = []
    groups = zip(batch.groups, layout.wanted).map {
      FlatGroup($0, wanted: $1, keeping: &columns)
    }
    self.columns = columns
    guard unsafe layout.fillRows(rows, of: batch) else { return nil }
    unsafe batch.groupOf.withUnsafeBufferPointer { source in
      guard let first = source.baseAddress else { return }
      unsafe groupOf.initialize(from: first, count: count)
    }
    fillThreads(batch)
    fillCPUs(batch, tables: tables)
    unsafe clock.fillKeys(UnsafeMutableBufferPointer(start: keys, count: count), of: batch, tables)
  }

  /// Fills in what the merge goes by; nothing is taken out of the batch from here on.
  func fillOrder() {
    if let calls { unsafe calls.fill(order, of: self) }
  }

  private func fillThreads(_ batch: Batch) {
    unsafe batch.threads.withUnsafeBufferPointer { source in
      if let first = source.baseAddress, source.count == count {
        unsafe threads.initialize(from: first, count: count)
      } else {
        unsafe threads.initialize(repeating: 0, count: count)
      }
    }
  }

  private func fillCPUs(_ batch: Batch, tables: TraceTables) {
    if batch.cpus.count == count {
      for position in 0..<count {
        let cpu = batch.cpus[position]
        unsafe cpus[position] =
          cpu == Batch.streamCPU
          ? tables.cpu(of: batch.streams.isEmpty ? batch.stream : batch.streams[position]) : cpu
      }
    } else if batch.streams.isEmpty {
      unsafe cpus.initialize(repeating: tables.cpu(of: batch.stream), count: count)
    } else {
      for position in 0..<count {
        unsafe cpus[position] = tables.cpu(of: batch.streams[position])
      }
    }
  }

  /// Whether all events are of one stream and have its CPU.
  let isOneCPU: Bool

  /// Whether it has calls that are given out with a later event.
  var hasOwnCalls: Bool { calls != nil }

  /// Keeps the events that `body` takes none of: it is given a position, and says how many events
  /// from there on it has taken.
  @inline(__always)
  func keep(_ body: (Int) -> Int) {
    var kept = 0
    var position = 0
    while position < count {
      let taken = body(position)
      if taken > 0 {
        position += taken
        continue
      }
      if kept < position {
        unsafe keys[kept] = keys[position]
        unsafe rows[kept] = rows[position]
        unsafe threads[kept] = threads[position]
        unsafe cpus[kept] = cpus[position]
        unsafe groupOf[kept] = groupOf[position]
      }
      kept += 1
      position += 1
    }
    count = kept
  }

  /// The stream of an event.
  @inline(__always)
  func stream(at position: Int) -> StreamID {
    streams.isEmpty ? stream : streams[position]
  }
}

extension FlatGroup {
  /// Points into a group's columns, which are added to those that somebody has to keep.
  fileprivate init(_ group: EventGroup, wanted: [Bool], keeping kept: inout [Column]) {
    func flat(_ column: Column) -> FlatColumn {
      kept.append(column)
      return FlatColumn(column)
    }
    type = group.type
    rows = group.rows
    columns = wanted.enumerated().map { position, isWanted in
      isWanted && position < group.columns.count
        ? flat(group.columns[position]) : unsafe FlatColumn(base: nil, width: 0, ends: nil)
    }
    remainder = wanted.allSatisfy { $0 } ? group.remainder.map(flat) : nil
  }
}

extension FlatColumn {
  fileprivate init(_ column: Column) {
    unsafe self.init(
      base: UnsafeRawPointer(column.bytes.place), width: column.width,
      ends: column.width == 0 ? column.ends.place : nil)
  }
}

extension Array {
  /// Where the elements lie, as long as somebody keeps this array and nobody changes it.
  fileprivate var place: UnsafePointer<Element>? {
    unsafe withUnsafeBufferPointer { $0.baseAddress }
  }
}

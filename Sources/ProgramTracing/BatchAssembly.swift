internal import CSwtrace
internal import Events

/// Copied chunks of one program or of several small ones, on their way to be one batch.
struct BatchAssembly: ~Copyable {
  /// An event type of the batch with its fields' codes.
  struct Group {
    var type: EventTypeID
    var codes: [UInt8]
  }

  var arena: CopyArena
  var table: RecordTable
  /// Changes with each batch: what a program remembers of groups holds for one batch only.
  private(set) var number: UInt64 = 1
  private var groups: [Group] = []
  private var groupOfType: [EventTypeID: UInt16] = [:]
  private var streams: [StreamID] = []
  private var losses: [Loss] = []

  init(arenaSize: Int) {
    arena = CopyArena(size: arenaSize)
    table = RecordTable(capacity: arenaSize / 8)
  }

  var isEmpty: Bool { table.count == 0 && losses.isEmpty }
  var hasEvents: Bool { table.count > 0 }

  /// The group of events of this type in the batch that is being made; nil when there are too many.
  mutating func group(for type: EventTypeID, codes: [UInt8]) -> UInt16? {
    if let known = groupOfType[type] { return known }
    guard groups.count < Int(MarkerPlan.unwanted) else { return nil }
    let group = UInt16(groups.count)
    groups.append(Group(type: type, codes: codes))
    groupOfType[type] = group
    return group
  }

  /// Notes that events of this stream are in the batch.
  mutating func join(_ stream: StreamID) {
    if streams.last != stream { streams.append(stream) }
  }

  mutating func add(_ loss: Loss) {
    join(loss.stream)
    losses.append(loss)
  }

  /// Everything so far as one batch; nil where there is nothing.
  mutating func takeBatch() -> Batch? {
    guard !isEmpty, let stream = streams.first else {
      reset()
      return nil
    }
    var batch = Batch(stream: stream)
    batch.losses = losses
    let count = table.count
    let order = table.isSorted ? nil : unsafe RecordOrder.byTime(table.times, count: count)
    unsafe batch.times = gather(table.times, count, order)
    unsafe batch.groupOf = gather(table.groups, count, order)
    unsafe batch.threads = gather(table.threads, count, order)
    unsafe batch.cpus = gather(table.cpus, count, order)
    if streams.contains(where: { $0 != stream }) {
      batch.streams = unsafe gather(table.streams, count, order).map { StreamID($0) }
    }
    batch.groups = makeGroups(order, of: batch.groupOf)
    reset()
    return batch
  }

  private mutating func reset() {
    arena.used = 0
    table.removeAll()
    groups.removeAll(keepingCapacity: true)
    groupOfType.removeAll(keepingCapacity: true)
    streams.removeAll(keepingCapacity: true)
    losses.removeAll()
    number += 1
  }

  /// The fields of every group as columns, rows in the order of the batch.
  private func makeGroups(_ order: [UInt32]?, of groupOf: [UInt16]) -> [EventGroup] {
    var counts = [Int](repeating: 0, count: groups.count)
    for group in groupOf { counts[Int(group)] += 1 }
    var starts = [Int](repeating: 0, count: groups.count)
    for group in groups.indices.dropFirst() {
      starts[group] = starts[group - 1] + counts[group - 1]
    }
    let count = groupOf.count
    let places = unsafe table.places
    var rows = unsafe [UInt32](unsafeUninitializedCapacity: count) { buffer, initialized in
      var next = starts
      unsafe next.withUnsafeMutableBufferPointer { next in
        unsafe groupOf.withUnsafeBufferPointer { groupOf in
          if let order {
            for event in 0..<count {
              let group = Int(unsafe groupOf[event])
              unsafe buffer[next[group]] = places[Int(order[event])]
              unsafe next[group] &+= 1
            }
          } else {
            for event in 0..<count {
              let group = Int(unsafe groupOf[event])
              unsafe buffer[next[group]] = places[event]
              unsafe next[group] &+= 1
            }
          }
        }
      }
      initialized = count
    }
    let bytes = unsafe UnsafeRawPointer(arena.address)
    return unsafe rows.withUnsafeMutableBufferPointer { rows in
      groups.indices.map { group in
        let own = unsafe UnsafeMutableBufferPointer(
          rebasing: rows[starts[group]..<starts[group] + counts[group]])
        let columns = unsafe FieldColumns.make(groups[group].codes, records: bytes, places: own)
        return EventGroup(type: groups[group].type, rows: counts[group], columns: columns)
      }
    }
  }
}

/// `values` in the order given, or as they stand.
private func gather<Value: BitwiseCopyable>(
  _ values: UnsafeMutablePointer<Value>, _ count: Int, _ order: [UInt32]?
) -> [Value] {
  guard let order else {
    return unsafe [Value](UnsafeBufferPointer(start: values, count: count))
  }
  return unsafe [Value](unsafeUninitializedCapacity: count) { buffer, initialized in
    for event in 0..<count { unsafe buffer[event] = values[Int(order[event])] }
    initialized = count
  }
}

import Events

/// What a batch in a slot of the merge is read by: a record of each event.
///
/// Records are made while the batch is gone through in one go. Among many CPUs it is read a few
/// events at a time, and these lie in one or two cache lines then instead of in a dozen columns.
///
/// ```
///                     a           b            value
/// sched_switch        prev_pid    next_pid     next_prio · what prev waits for (SwitchedOut)
/// wakings             pid         target_cpu
/// sys_enter           number      row
/// sys_exit            number                   what it returned
/// all others          group       row          role is `other` where state tracking passes it by
/// ```
/// Keys are nanoseconds of CLOCK_MONOTONIC.
@safe
final class SlotRecords {
  let batch: FlatBatch?
  let readers: [GroupReader]
  private let count: Int
  private let records: UnsafeMutablePointer<StateRecord>
  /// The arguments of system calls, by row.
  private var arguments = unsafe FlatColumn(base: nil, width: 0, ends: nil)

  init() {
    batch = nil
    count = 0
    readers = []
    unsafe records = .allocate(capacity: 1)
  }

  init(
    _ batch: FlatBatch, _ known: EventRoles, _ clock: TraceClock,
    _ meanings: inout [SchedulerStates?]
  ) {
    self.batch = batch
    count = batch.count
    readers = batch.groups.map { GroupReader($0, known[$0.type]) }
    unsafe records = .allocate(capacity: max(1, batch.count))
    if let entering = readers.first(where: { $0.role == .systemCallEnter }) {
      arguments = entering.second
    }
    fillRecords(of: batch, known, clock, &meanings)
  }

  deinit {
    unsafe records.deallocate()
  }

  private func fillRecords(
    of batch: FlatBatch, _ known: EventRoles, _ clock: TraceClock,
    _ meanings: inout [SchedulerStates?]
  ) {
    let switches = readers.firstIndex { $0.role == .schedSwitch }
    let type = switches.map { Int(batch.groups[$0].type.index) }
    var meaning = type.flatMap { meanings[$0] }
    let priority = switches.flatMap { group -> FlatColumn? in
      let field = known[batch.groups[group].type].fields[6]
      return field >= 0 ? batch.groups[group].columns[field] : nil
    }
    unsafe readers.withUnsafeBufferPointer { readers in
      unsafe withUnsafeTemporaryAllocation(of: UInt64.self, capacity: Self.part) { times in
        guard let times = times.baseAddress else { return }
        var start = 0
        while start < count {
          let end = min(count, start + Self.part)
          unsafe clock.fillMonotonic(times, from: batch.keys + start, count: end - start)
          for position in start..<end {
            let group = unsafe Int(batch.groupOf[position])
            let row = unsafe Int(batch.rows[position])
            var record = unsafe StateRecord(
              key: times[position - start], thread: batch.threads[position],
              cpu: batch.cpus[position], role: readers[group].role, flags: 0,
              a: Int32(truncatingIfNeeded: group), b: Int32(truncatingIfNeeded: row), value: 0)
            switch record.role {
            case .systemCallEnter:
              record.a = Int32(truncatingIfNeeded: unsafe readers[group].firstNumber(row))
            case .systemCallExit:
              record.a = Int32(truncatingIfNeeded: unsafe readers[group].firstNumber(row))
              record.value = unsafe readers[group].secondNumber(row)
            case .schedWaking, .schedWakeup: unsafe readers[group].fill(&record, row: row)
            case .schedSwitch where group == switches:
              unsafe readers[group].fill(&record, row: row)
              let left = meaning?.meaning(record.value) ?? .sleeping
              let next = priority?.integer(row, signed: true) ?? Int64(Int32.min)
              record.value = next << 32 | Int64(left.rawValue)
            default: break
            }
            unsafe (records + position).initialize(to: record)
          }
          start = end
        }
      }
    }
    if let type { meanings[type] = meaning }
  }

  /// Events of which times are made at once.
  private static let part = 512

  func time(_ position: Int) -> UInt64 {
    precondition(position >= 0 && position < count)
    return unsafe records[position].key
  }

  /// Where everything lies, as long as the slot lives; nil where it is empty.
  var view: RecordView? {
    guard let batch else { return nil }
    return unsafe RecordView(keys: batch.keys, records: records, arguments: arguments)
  }
}

/// A batch as the loop over its events reads it, without counting references.
@unsafe
struct RecordView: BitwiseCopyable {
  let keys: UnsafeMutablePointer<UInt64>
  let records: UnsafeMutablePointer<StateRecord>
  let arguments: FlatColumn
}

internal import CLinux
import Events

/// The records of a batch's events, in their order.
@safe
final class EventRecords {
  /// Kept for what records have no room for; nil where there is none.
  let batch: FlatBatch?
  let count: Int
  let base: UnsafeMutablePointer<EventRecord>

  init() {
    batch = nil
    count = 0
    unsafe base = .allocate(capacity: 1)
  }

  /// `times` are the events' in nanoseconds of CLOCK_MONOTONIC.
  init(
    _ batch: FlatBatch, times: UnsafePointer<UInt64>, _ known: EventRoles,
    _ meanings: inout [SchedulerStates?], afterCalls: UnsafePointer<Bool>? = nil
  ) {
    self.batch = batch
    count = batch.count
    let line = 64
    let memory = UnsafeMutableRawPointer.allocate(
      byteCount: max(1, count) * MemoryLayout<EventRecord>.stride, alignment: line)
    unsafe base = memory.bindMemory(to: EventRecord.self, capacity: count)
    let readers = batch.groups.map { GroupReader($0, known[$0.type]) }
    let requests = batch.groups.map { RequestReader($0, known[$0.type]) }
    unsafe readers.withUnsafeBufferPointer { readers in
      for position in 0..<count {
        let group = unsafe batch.groupOf[position]
        let row = unsafe batch.rows[position]
        let state = StateRecord(
          key: unsafe times[position], thread: unsafe batch.threads[position],
          cpu: unsafe batch.cpus[position], role: unsafe readers[Int(group)].role, flags: 0, a: 0,
          b: 0, value: 0)
        var record = EventRecord(
          state: state, key: unsafe batch.keys[position], row: row, group: group,
          role: unsafe readers[Int(group)].eventRole)
        if let afterCalls = unsafe afterCalls {
          record.comesAfterCalls = unsafe afterCalls[position]
        }
        unsafe readers[Int(group)].fill(&record, &meanings)
        if record.role.isRequest { requests[Int(group)].fill(&record) }
        unsafe (base + position).initialize(to: record)
      }
    }
  }

  deinit {
    unsafe base.deallocate()
  }

  func time(_ position: Int) -> UInt64 {
    precondition(position >= 0 && position < count)
    return unsafe base[position].state.key
  }
}

extension GroupReader {
  @inline(__always)
  fileprivate func fill(_ record: inout EventRecord, _ meanings: inout [SchedulerStates?]) {
    guard role != .other else { return }
    let row = Int(record.row)
    fill(&record.state, row: row)
    switch role {
    case .schedSwitch:
      let meaning = meanings[Int(type)]?.meaning(record.state.value) ?? .sleeping
      record.state.value = Int64(meaning.rawValue)
      record.second = priority(row).map(Int64.init) ?? EventRecord.noPriority
    case .systemCallEnter: record.second = CallArguments(second, row).bits
    case .systemCallExit: record.second = secondNumber(row)
    default: break
    }
  }
}

/// Where the numbers of a disk request come from.
private struct RequestReader {
  private let device: FlatColumn
  private let sector: FlatColumn
  private let sectors: FlatColumn
  private let kinds: FlatColumn?
  private let error: FlatColumn

  init(_ group: FlatGroup, _ known: KnownType) {
    func column(_ place: Int) -> FlatColumn? {
      guard known.role.isRequest, known.fields[place] >= 0 else { return nil }
      return group.columns[known.fields[place]]
    }
    let nothing = unsafe FlatColumn(base: nil, width: 0, ends: nil)
    let isIssue = known.role == .blockIssue
    device = column(0) ?? nothing
    sector = column(isIssue ? 1 : 2) ?? nothing
    sectors = column(isIssue ? 2 : 3) ?? nothing
    kinds = column(isIssue ? 3 : 4)
    error = isIssue ? nothing : column(5) ?? nothing
  }

  func fill(_ record: inout EventRecord) {
    let row = Int(record.row)
    record.state.value = device.integer(row, signed: false)
    record.second = sector.integer(row, signed: false)
    record.third = sectors.integer(row, signed: false)
    let operation = kinds.map { DiskOperation($0, row) } ?? .flush
    record.state.a = Int32(truncatingIfNeeded: operation.rawValue)
    record.state.b = error.integer(row, signed: true) != 0 ? 1 : 0
  }
}

extension EventRole {
  @inline(__always)
  fileprivate var isRequest: Bool { self == .blockIssue || self == .blockComplete }
}

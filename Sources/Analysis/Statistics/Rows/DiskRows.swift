import Events

/// What a request asks of a disk.
enum DiskOperation: Int64, CaseIterable {
  case read, write, discard, flush

  /// Out of the event's `rwbs`: `R`, `WS`, `FWS`, `D`.
  init(_ kinds: FlatColumn, _ row: Int) {
    let kind = unsafe kinds.row(row).prefix { $0 != 0 }
    switch unsafe kind.first {
    case UInt8(ascii: "R"): self = .read
    case UInt8(ascii: "D"): self = .discard
    default: self = unsafe kind.contains(UInt8(ascii: "W")) ? .write : .flush
    }
  }

  init(_ event: EventRecord) {
    self = DiskOperation(rawValue: Int64(event.state.a)) ?? .flush
  }

  var name: String {
    switch self {
    case .read: "read"
    case .write: "write"
    case .discard: "discard"
    case .flush: "flush"
    }
  }
}

/// When the request was that ended a wait for a disk.
struct DiskRequestTimes: BitwiseCopyable {
  var insert: UInt64
  var issue: UInt64
  var complete: UInt64
  var operation: DiskOperation
}

/// Requests of block devices, from their insertion and issue to their completion.
struct DiskRows {
  /// Requests under way that are remembered.
  private static let most = 1 << 16

  private struct Owner: Hashable {
    var device: Int64
    var thread: ThreadNumber
  }

  struct Request: BitwiseCopyable {
    var issue: UInt64 = 0
    var insert: UInt64?
    var sectors: UInt64 = 0
    var operation = DiskOperation.flush
    var isSequential = false
    var cpu = Batch.unknownCPU
    var gaps: UInt32 = 0
    var thread: ThreadNumber = 0
    var label = ThreadLabel()
    var group = 0
  }

  struct Insert: BitwiseCopyable {
    var thread: ThreadNumber = 0
    var time: UInt64 = 0
  }

  private struct Device {
    /// Where its latest request ends, nil before the first one.
    var end: UInt64?
    /// Its request that was complete last.
    var finished: DiskRequestTimes?
  }

  var rows = DurationRows()
  private var inserted = RequestTable(empty: Insert())
  private var underWay = RequestTable(empty: Request())
  /// Requests under way when the window ended; nil: it has not yet.
  private var left: Int?
  private var devices: [Device] = []
  private var deviceRows = RowMap()
  /// The request of each thread and device that was complete last.
  private var finishedOf: [Owner: DiskRequestTimes] = [:]
  /// Whether somebody asks for those.
  private let remembersOwners: Bool

  init(remembersOwners: Bool) {
    self.remembersOwners = remembersOwners
  }

  /// Requests that are under way at the end.
  var leftOver: Int { left ?? underWay.count }

  mutating func endWindow() { left = underWay.count }

  /// Forgets all answers; what is under way stays.
  mutating func restart() {
    rows = DurationRows()
    left = nil
  }

  private mutating func row(_ device: Int64) -> Int {
    let (row, isNew) = deviceRows.row(UInt64(bitPattern: device))
    if isNew { devices.append(Device()) }
    return row
  }

  mutating func insert(_ place: DiskPlace, by thread: ThreadNumber, at time: UInt64) {
    guard inserted.count < Self.most else { return }
    inserted.set(place, Insert(thread: thread, time: time))
  }

  mutating func takeInsert(_ place: DiskPlace) -> Insert? {
    inserted.remove(place)
  }

  /// The request that ended a thread's wait for a device: of those that it asked for itself the one
  /// that was complete last, else the device's.
  func finished(
    _ device: Int64, for thread: ThreadNumber, since start: UInt64
  ) -> DiskRequestTimes? {
    if let own = finishedOf[Owner(device: device, thread: thread)], own.complete > start {
      return own
    }
    return deviceRows.known(UInt64(bitPattern: device)).flatMap { devices[$0].finished }
  }

  mutating func issue(_ request: Request, at place: DiskPlace) {
    guard underWay.count < Self.most else { return }
    underWay.set(place, request)
  }

  /// Whether a request goes on where the one before it ended.
  mutating func follows(_ place: DiskPlace, sectors: UInt64) -> Bool {
    let row = row(place.device)
    defer { devices[row].end = place.sector &+ sectors }
    return devices[row].end == place.sector
  }

  /// The request that is done, wholly or in part: the rest is under way on.
  mutating func complete(
    _ place: DiskPlace, sectors: UInt64, at time: UInt64
  ) -> (request: Request, isWhole: Bool)? {
    let row = row(place.device)
    guard var request = underWay.remove(place) else {
      devices[row].finished = nil
      return nil
    }
    let times = DiskRequestTimes(
      insert: request.insert ?? request.issue, issue: request.issue, complete: time,
      operation: request.operation)
    devices[row].finished = times
    if remembersOwners {
      if finishedOf.count >= Self.most { finishedOf = [:] }
      finishedOf[Owner(device: place.device, thread: request.thread)] = times
    }
    guard sectors > 0, sectors < request.sectors else { return (request, true) }
    request.sectors -= sectors
    underWay.set(
      DiskPlace(device: place.device, sector: place.sector &+ sectors), request)
    return (request, false)
  }
}

extension DiskPlace {
  fileprivate init(_ event: EventRecord) {
    self.init(device: event.state.value, sector: UInt64(bitPattern: event.second))
  }
}

extension StatisticsPass {
  mutating func issueRequest(_ event: EventRecord) {
    let place = DiskPlace(event)
    let insert = rare.disks.takeInsert(place)
    // Who asks puts it into the queue; whoever issues it may be anybody.
    let thread = insert?.thread ?? event.state.thread
    let label =
      tracking.threads.known(thread).map { tracking.threads.table[$0].label } ?? ThreadLabel()
    let sectors = UInt64(bitPattern: event.third)
    let request = DiskRows.Request(
      issue: event.state.key, insert: insert?.time, sectors: sectors,
      operation: DiskOperation(event),
      isSequential: rare.disks.follows(place, sectors: sectors), cpu: event.state.cpu,
      gaps: tracking.threads.gaps, thread: thread, label: label,
      group: groups.group(thread, label, cpu: event.state.cpu))
    rare.disks.issue(request, at: place)
  }

  mutating func completeRequest(_ event: EventRecord, _ slot: Int) {
    let place = DiskPlace(event)
    let sectors = UInt64(bitPattern: event.third)
    let done = rare.disks.complete(place, sectors: sectors, at: tracking.now)
    guard window.counts(endAt: tracking.now) else { return }
    let operation = done?.request.operation ?? DiskOperation(event)
    let name = place.device << 2 | operation.rawValue
    guard let done else {
      // What asks for a flush alone is complete with the disk's own flush, and never issued.
      guard !hasFilter, sectors > 0 else { return }
      let row = rare.disks.rows.row(group: groups.index(0), name: name)
      rare.disks.rows.rows[row].orphans &+= 1
      return
    }
    let request = done.request
    if hasFilter, !admitsRequest(event, request, slot) { return }
    let row = rare.disks.rows.row(group: request.group, name: name)
    rare.disks.rows.withRow(row) { row in
      row.bytes &+= sectors.multipliedReportingOverflow(by: 512).partialValue
      guard done.isWhole else { return }
      guard request.gaps == tracking.threads.gaps else {
        row.unpaired &+= 1
        return
      }
      let service = tracking.now &- min(tracking.now, request.issue)
      if service > row.histogram.max || row.histogram.isEmpty {
        row.worst = WorstInstance(
          start: request.issue, thread: request.thread, label: request.label, cpu: request.cpu)
      }
      row.histogram.record(service, at: request.issue)
      if let insert = request.insert {
        row.before.record(request.issue &- min(insert, request.issue), at: insert)
      }
      if request.isSequential { row.marked &+= 1 }
      if event.state.b != 0 { row.errors &+= 1 }
    }
  }

  private func admitsRequest(
    _ event: EventRecord, _ request: DiskRows.Request, _ slot: Int
  ) -> Bool {
    let dense = tracking.threads.known(request.thread) ?? 0
    var instance = instance(dense, cpu: request.cpu, start: request.issue)
    instance.system = "block"
    instance.event = "block_rq_complete"
    instance.duration = tracking.now &- min(tracking.now, request.issue)
    if let batch = slots[slot].batch {
      instance.fields = fields(batch.groups[Int(event.group)], Int(event.row))
    }
    return admits(instance)
  }
}

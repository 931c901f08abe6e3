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

  struct Place: Hashable {
    var device: Int64
    var sector: UInt64

    func hash(into hasher: inout Hasher) {
      hasher.combine(sector ^ UInt64(bitPattern: device) << 40)
    }
  }

  private struct Owner: Hashable {
    var device: Int64
    var thread: ThreadNumber
  }

  struct Request {
    var issue: UInt64
    var insert: UInt64?
    var sectors: UInt64
    var operation: DiskOperation
    var isSequential: Bool
    var cpu: UInt16
    var gaps: UInt32
    var thread: ThreadNumber
    var label: ThreadLabel
    var group: Int
  }

  private struct Device {
    /// Where its latest request ends, nil before the first one.
    var end: UInt64?
    /// Its request that was complete last.
    var finished: DiskRequestTimes?
  }

  var rows = DurationRows()
  private var inserted: [Place: (thread: ThreadNumber, time: UInt64)] = [:]
  private(set) var underWay: [Place: Request] = [:]
  private var devices: [Device] = []
  private var deviceRows = RowMap()
  /// The request of each thread and device that was complete last.
  private var finishedOf: [Owner: DiskRequestTimes] = [:]
  /// Whether somebody asks for those.
  private let remembersOwners: Bool

  init(remembersOwners: Bool) {
    self.remembersOwners = remembersOwners
  }

  private mutating func row(_ device: Int64) -> Int {
    let (row, isNew) = deviceRows.row(UInt64(bitPattern: device))
    if isNew { devices.append(Device()) }
    return row
  }

  mutating func insert(_ place: Place, by thread: ThreadNumber, at time: UInt64) {
    guard inserted.count < Self.most else { return }
    inserted[place] = (thread, time)
  }

  mutating func takeInsert(_ place: Place) -> (thread: ThreadNumber, time: UInt64)? {
    inserted.isEmpty ? nil : inserted.removeValue(forKey: place)
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

  mutating func issue(_ request: Request, at place: Place) {
    guard underWay.count < Self.most else { return }
    underWay[place] = request
  }

  /// Whether a request goes on where the one before it ended.
  mutating func follows(_ place: Place, sectors: UInt64) -> Bool {
    let row = row(place.device)
    defer { devices[row].end = place.sector &+ sectors }
    return devices[row].end == place.sector
  }

  /// The request that is done, wholly or in part: the rest is under way on.
  mutating func complete(
    _ place: Place, sectors: UInt64, at time: UInt64
  ) -> (request: Request, isWhole: Bool)? {
    let row = row(place.device)
    guard var request = underWay.removeValue(forKey: place) else {
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
    underWay[Place(device: place.device, sector: place.sector &+ sectors)] = request
    return (request, false)
  }
}

extension StatisticsPass {
  mutating func issueRequest(
    device: Int64, sector: UInt64, sectors: Int64, operation: DiskOperation,
    thread: ThreadNumber, cpu: UInt16, at time: UInt64
  ) {
    let place = DiskRows.Place(device: device, sector: sector)
    let insert = rare.disks.takeInsert(place)
    // Who asks puts it into the queue; whoever issues it may be anybody.
    let thread = insert?.thread ?? thread
    let label =
      tracking.threads.known(thread).map { tracking.threads.table[$0].label } ?? ThreadLabel()
    let sectors = UInt64(bitPattern: sectors)
    let request = DiskRows.Request(
      issue: time, insert: insert?.time, sectors: sectors,
      operation: operation, isSequential: rare.disks.follows(place, sectors: sectors), cpu: cpu,
      gaps: tracking.threads.gaps, thread: thread, label: label,
      group: groups.group(thread, label, cpu: cpu))
    rare.disks.issue(request, at: place)
  }

  mutating func completeRequest(_ record: StateRecord, _ group: FlatGroup, _ row: Int) {
    let fields = known[group.type].fields
    func integer(_ place: Int) -> Int64 {
      guard fields[place] >= 0 else { return 0 }
      return group.columns[fields[place]].integer(row, signed: place == 5)
    }
    let place = DiskRows.Place(device: record.value, sector: UInt64(bitPattern: integer(2)))
    let sectors = UInt64(bitPattern: integer(3))
    let done = rare.disks.complete(place, sectors: sectors, at: tracking.now)
    guard window.counts(endAt: tracking.now) else { return }
    let operation =
      done?.request.operation
      ?? (fields[4] >= 0 ? DiskOperation(group.columns[fields[4]], row) : .flush)
    let name = record.value << 2 | operation.rawValue
    guard let done else {
      // What asks for a flush alone is complete with the disk's own flush, and never issued.
      guard !hasFilter, sectors > 0 else { return }
      let row = rare.disks.rows.row(group: groups.index(0), name: name)
      rare.disks.rows.rows[row].orphans &+= 1
      return
    }
    let request = done.request
    if hasFilter, !admitsRequest(record, request, group, row) { return }
    let row = rare.disks.rows.row(group: request.group, name: name)
    rare.disks.rows.rows[row].bytes &+= sectors.multipliedReportingOverflow(by: 512).partialValue
    guard done.isWhole else { return }
    guard request.gaps == tracking.threads.gaps else {
      rare.disks.rows.rows[row].unpaired &+= 1
      return
    }
    let service = tracking.now &- min(tracking.now, request.issue)
    if service > rare.disks.rows.rows[row].histogram.max
      || rare.disks.rows.rows[row].histogram.isEmpty
    {
      rare.disks.rows.rows[row].worst = WorstInstance(
        start: request.issue, thread: request.thread, label: request.label, cpu: request.cpu)
    }
    rare.disks.rows.rows[row].histogram.record(service, at: request.issue)
    if let insert = request.insert {
      rare.disks.rows.rows[row].before.record(
        request.issue &- min(insert, request.issue), at: insert)
    }
    if request.isSequential { rare.disks.rows.rows[row].marked &+= 1 }
    if integer(5) != 0 { rare.disks.rows.rows[row].errors &+= 1 }
  }

  private func admitsRequest(
    _ record: StateRecord, _ request: DiskRows.Request, _ group: FlatGroup, _ row: Int
  ) -> Bool {
    let dense = tracking.threads.known(request.thread) ?? 0
    var instance = instance(dense, cpu: request.cpu, start: request.issue)
    instance.system = "block"
    instance.event = "block_rq_complete"
    instance.duration = tracking.now &- min(tracking.now, request.issue)
    instance.fields = fields(group, row)
    return admits(instance)
  }
}

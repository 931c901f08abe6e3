package import Events

/// What a recording was like, told at its end: who used the CPUs, and the worst waits.
///
/// Fed with the records of batches while they are encoded.
/// One caller at a time; records of batches may come in any order, watermarks say what is complete.
package struct Findings: ~Copyable {
  /// Records that may wait for a watermark before they are taken without one: 64 MiB.
  static let mostWaiting = (64 << 20) / MemoryLayout<StateRecord>.stride

  private var tables = TraceTables()
  private var clock: TraceClock
  private var tracking: StateTracking
  private var queue = RecordQueue()
  /// What is to come of names and losses, the next one last.
  private var sightings: [ThreadSighting] = []
  private var losses: [PlacedLoss] = []
  private var events: UInt64 = 0

  /// `start` is the preamble's reading, `own` are the recorder's own threads.
  package init(
    reference: ClockKind, start: ClockReading, systemCallNames: [String],
    own: Set<ThreadNumber> = []
  ) {
    clock = TraceClock(reference: reference, start: start)
    let origin = start.ticks(of: reference)
    tracking = StateTracking(start: origin, names: systemCallNames, own: own)
    if reference == .monotonic { tracking.worst.set(ticksPerMillisecond: 1_000_000) }
  }

  package mutating func update(tables: TraceTables) {
    self.tables = tables
    tracking.spans.update(tables.types)
  }

  package mutating func append(_ reading: ClockReading) {
    clock.append(reading)
    let ticks = reading.ticks(of: clock.reference) &- clock.start.ticks(of: clock.reference)
    let nanoseconds = reading.monotonic &- clock.start.monotonic
    guard clock.reference == .processor, nanoseconds > 1_000_000, nanoseconds < 1 << 62 else {
      return
    }
    let rate = Double(ticks) / Double(nanoseconds) * 1e6
    if rate >= 1000, rate < 1e9 { tracking.worst.set(ticksPerMillisecond: UInt64(rate)) }
  }

  /// Takes what was read of a batch.
  package mutating func add(_ batch: StateRecords) {
    events += UInt64(batch.events)
    merge(batch.names)
    for (device, name) in batch.devices { tracking.devices[device] = name }
    if batch.hasQuotas { tracking.hasQuotas = true }
    if !batch.losses.isEmpty {
      for loss in batch.losses {
        losses.append(loss)
        // Both ends are moments after which nothing is as it was.
        var end = loss
        end.first = loss.last
        losses.append(end)
      }
      losses.sort { $0.first > $1.first }
    }
    queue.add(tracking.numberAffinities(of: batch))
    if queue.count > Self.mostWaiting { take(before: nil) }
  }

  /// Everything up to `watermark`, in ticks of the reference clock, has been added.
  package mutating func advance(to watermark: UInt64) {
    take(before: watermark == .max ? nil : watermark + 1)
  }

  private mutating func merge(_ learned: ThreadNames) {
    var learned = learned
    let texts = learned.texts
    let more = learned.takeSightings()
    guard !more.isEmpty else { return }
    for var sighting in more {
      switch sighting.fact {
      case .name(let name): sighting.fact = .name(tracking.names.intern(texts[Int(name)]))
      case .born(.some(let name)):
        sighting.fact = .born(name: tracking.names.intern(texts[Int(name)]))
      default: break
      }
      sightings.append(sighting)
    }
    // A stable order from the back: the one that came last is the first of equals here.
    let order = sightings.indices.sorted { (sightings[$0].key, $0) > (sightings[$1].key, $1) }
    sightings = order.map { sightings[$0] }
  }

  private mutating func take(before limit: UInt64?) {
    var waiting = RecordQueue()
    swap(&waiting, &queue)
    unsafe waiting.withHeads(before: limit) { heads in
      unsafe heads.heapify()
      var live = heads.count
      while live > 0 {
        // Past the runner-up it is that one's turn.
        var bound = limit.map { $0 - 1 } ?? .max
        if live > 1 { bound = unsafe min(bound, heads[1].key) }
        if live > 2 { bound = unsafe min(bound, heads[2].key) }
        var next = unsafe heads[0].next
        let end = unsafe heads[0].end
        guard unsafe heads[0].key <= (limit.map { $0 - 1 } ?? .max) else { return }
        repeat {
          let record = unsafe next.pointee
          if record.key > nextAside { takeAside(before: record.key) }
          tracking.take(record)
          unsafe next += 1
        } while unsafe next < end && next.pointee.key < bound
        unsafe heads[0].next = unsafe next
        if unsafe next < end {
          unsafe heads[0].key = unsafe next.pointee.key
        } else {
          live -= 1
          unsafe heads.swapAt(0, live)
        }
        unsafe heads.sift(0, live)
      }
    }
    swap(&waiting, &queue)
  }

  /// Key of the next name or loss, `.max` where there is none.
  @inline(__always)
  private var nextAside: UInt64 {
    min(sightings.last?.key ?? .max, losses.last?.first ?? .max)
  }

  /// Names and losses that come before a record.
  ///
  /// Those at its very time come after it, so that a
  /// fork is dealt with before its child is named.
  private mutating func takeAside(before key: UInt64) {
    while let loss = losses.last, loss.first < key {
      tracking.takeGap(of: tables.stream(loss.loss.stream), at: loss.first)
      losses.removeLast()
    }
    while let sighting = sightings.last, sighting.key < key {
      tracking.apply(sighting)
      sightings.removeLast()
    }
  }

  /// Ends the recording; nothing may be added any more.
  package mutating func finish(at reading: ClockReading) -> RecordingSummary {
    append(reading)
    take(before: nil)
    takeAside(before: .max)
    let end = reading.ticks(of: clock.reference)
    tracking.finish(at: end)
    return RecordingSummary(tracking, clock: clock, tables: tables, events: events, end: end)
  }
}

extension StateTracking {
  /// Records with the affinities' numbers of this table in place of the batch's.
  mutating func numberAffinities(of batch: StateRecords) -> [StateRecord] {
    guard !batch.affinities.isEmpty else { return batch.records }
    let numbers = batch.affinities.map { affinities.intern($0) }
    var records = batch.records
    for place in records.indices where records[place].role == .machineThread {
      let number = Int(records[place].value >> 8)
      guard number < numbers.count else { continue }
      records[place].value = records[place].value & 0xFF | Int64(numbers[number]) << 8
    }
    return records
  }

  mutating func apply(_ sighting: ThreadSighting) {
    let dense = threads.index(of: sighting.thread)
    guard dense != 0 else { return }
    threads.table[dense].label.apply(sighting.fact)
  }
}

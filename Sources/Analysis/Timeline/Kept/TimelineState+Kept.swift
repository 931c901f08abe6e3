import Events

extension TimelineState {
  /// Times and counts beyond are none: whatever is added to them fits.
  static let mostTime = UInt64(Int64.max / 4)
  static let mostCount: UInt64 = 1 << 48

  /// All but marks and lanes.
  func put(to output: inout KeptBytes) {
    output.put(shift)
    directory.put(to: &output)
    table.put(to: &output)
    output.put(UInt64(placedLosses.count))
    for loss in placedLosses { loss.put(to: &output) }
    let rows = tails.keys.sorted()
    output.put(UInt64(rows.count))
    for row in rows {
      let intervals = tails[row] ?? []
      output.put(UInt64(row))
      output.put(UInt64(intervals.count))
      for interval in intervals {
        LevelState(occupant: interval.occupant, state: interval.state).put(to: &output)
        output.put(interval.start)
        output.put(interval.end &- interval.start)
      }
    }
    output.put(UInt64(gapTimes.count))
    for time in gapTimes { output.put(time) }
    putThrottled(to: &output)
    output.put(UInt64(anchors.count))
    var last = EventAnchor(time: 0, number: 0)
    for anchor in anchors {
      // The first stands before everything.
      let time = max(0, anchor.time)
      let number = anchor.number ?? 0
      output.put(UInt64(time &- last.time))
      output.put(number &- (last.number ?? 0))
      last = EventAnchor(time: time, number: number)
    }
    output.put(UInt64(numbers.count))
    for number in numbers { number.put(to: &output) }
    instances.put(to: &output)
  }

  /// Takes what `put` wrote; the reader knows whether that made sense.
  mutating func take(_ input: inout KeptReader, _ trace: OpenTrace) {
    shift = input.next()
    if shift > 60 { input.refuse() }
    directory = TimelineDirectory(&input)
    table = LaneTable(&input, types: trace.tables.types)
    if table.threads != directory.threads.count || table.counters.count != directory.counters.count
    {
      input.refuse()
    }
    guard !input.isBad else { return }
    directory.complete(table)
    lives = directory.threads.map { ThreadLife($0) }
    placedLosses = (0..<input.count(ofBytes: 8)).map { _ in TimelineLoss(&input) }
    for _ in 0..<input.count(ofBytes: 2) { takeTails(&input) }
    gapTimes = (0..<input.count()).map { _ in input.next() }
    takeThrottled(&input)
    takeAnchors(&input)
    for number in 0..<input.count() {
      numbers.append(NumberSegments(&input, isFirst: number == 0))
    }
    instances = Instances(&input, rows: table.count)
  }

  private mutating func takeTails(_ input: inout KeptReader) {
    let row = input.place(in: table.count)
    guard !input.isBad else { return }
    let occupants = LaneOccupants(
      of: table.lanes[row], threads: directory.threads.count, spanNames: directory.spanNames.count)
    tails[Int32(row)] = (0..<input.count(ofBytes: 4)).map { _ in
      let state = LevelState(&input)
      let start = input.time()
      let end = start + input.time()
      if !occupants.contains(state) || start == end || end > Self.mostTime { input.refuse() }
      return LaneInterval(
        row: Int32(row), occupant: state.occupant, state: state.state, start: start, end: end)
    }
  }

  private func putThrottled(to output: inout KeptBytes) {
    output.put(UInt64(throttled.count))
    var last: UInt64 = 0
    for wait in throttled.sorted(by: { ($0.start, $0.life) < ($1.start, $1.life) }) {
      output.put(wait.start &- last)
      output.put(UInt64(wait.life))
      last = wait.start
    }
  }

  private mutating func takeThrottled(_ input: inout KeptReader) {
    var last: UInt64 = 0
    for _ in 0..<input.count(ofBytes: 2) {
      last = last &+ input.time()
      throttled.insert(ThrottledWait(life: Int32(input.place(in: lives.count)), start: last))
      guard !input.isBad else { return }
    }
  }

  private mutating func takeAnchors(_ input: inout KeptReader) {
    var last = EventAnchor(time: 0, number: 0)
    for place in 0..<input.count(ofBytes: 2) {
      let time = last.time + Int64(input.time())
      let number = (last.number ?? 0) &+ input.next()
      if UInt64(time) > Self.mostTime { input.refuse() }
      guard !input.isBad else { return }
      last = EventAnchor(time: time, number: number)
      anchors.append(EventAnchor(time: place == 0 ? .min : time, number: number))
    }
  }

  func putMarks(to output: inout KeptBytes) {
    output.put(UInt64(marks.count))
    for mark in marks {
      output.put(signed: mark.time)
      output.put(mark.key)
      output.put(mark.now)
      output.put(UInt64(mark.gaps))
      output.put(signed: Int64(mark.openLosses))
      output.put(signed: Int64(mark.queued))
      output.put(UInt64(mark.lives))
      output.put(mark.packed)
    }
  }
}

/// Reads the marks that were kept.
struct KeptMarkReader: Sendable {
  let lives: Int
  let gaps: Int
  let spanNames: Int

  func marks(_ input: inout KeptReader) -> [PassMark] {
    var marks: [PassMark] = []
    for _ in 0..<input.count(ofBytes: 8) {
      var mark = PassMark(
        time: input.signed(), key: input.next(), now: input.next(), gaps: input.next(UInt32.self),
        openLosses: Int(input.signed(Int32.self)), queued: Int(input.signed(Int32.self)),
        lives: input.place(in: lives + 1))
      mark.packed = input.run()
      if Int(mark.gaps) > gaps || mark.time < marks.last?.time ?? 0
        || UInt64(clamping: mark.time) > TimelineState.mostTime
        || !mark.isSound(spanNames: spanNames)
      {
        input.refuse()
      }
      guard !input.isBad else { return [] }
      marks.append(mark)
    }
    return marks
  }
}

extension KeptReader {
  /// A time of a timeline, or a length.
  mutating func time() -> UInt64 {
    let time = next()
    if time <= TimelineState.mostTime { return time }
    refuse()
    return 0
  }
}

extension PassMark {
  /// Whether all of it can be read, and nothing in it refers to what there is not.
  fileprivate func isSound(spanNames: Int) -> Bool {
    var packing = MarkedThreads(self)
    var input = KeptReader(packed)
    for _ in 0..<input.count(ofBytes: 7) {
      let thread = packing.thread(&input)
      guard thread.number != 0, thread.life < lives, thread.spans.count <= LaneTable.mostDepth,
        thread.spans.allSatisfy({ (0..<Int32(clamping: spanNames)).contains($0.name) })
      else { return false }
    }
    let cpus = input.count(ofBytes: 7)
    guard cpus <= Int(Batch.unknownCPU) else { return false }
    for _ in 0..<cpus { _ = packing.cpu(&input) }
    return input.isDone
  }
}

extension ThreadLife {
  fileprivate init(_ thread: TimelineThread) {
    self.init(
      number: thread.number, firstSeen: UInt64(clamping: thread.firstSeen),
      lastSeen: UInt64(clamping: thread.lastSeen), runTime: thread.runTime,
      runnableTime: thread.runnableTime, isKernelThread: thread.isKernelThread,
      isGone: thread.isGone)
    label.process = thread.process
  }
}

extension TimelineLoss {
  fileprivate func put(to output: inout KeptBytes) {
    output.put(UInt64(first))
    output.put(UInt64(last - first))
    output.put(UInt64(loss.stream.index))
    output.put(UInt64(loss.reason.rawValue))
    output.put(loss.count.map { $0 &+ 1 } ?? 0)
    output.put(signed: Int64(loss.thread))
    output.put(loss.first)
    output.put(loss.last)
    output.put(signed: Int64(cpu ?? -1))
    output.put(UInt64(process == nil ? 0 : 1))
    output.put(signed: Int64(process ?? 0))
  }

  fileprivate init(_ input: inout KeptReader) {
    first = Int64(input.time())
    last = first + Int64(input.time())
    let stream = StreamID(input.next(UInt32.self))
    let reason = Loss.Reason(rawValue: input.next(UInt8.self))
    if reason == nil { input.refuse() }
    let count = input.next()
    loss = Loss(
      stream: stream, reason: reason ?? .damaged, count: count > 0 ? count - 1 : nil,
      thread: input.signed(ThreadNumber.self), first: input.next(), last: input.next())
    let cpu = input.signed(Int16.self)
    self.cpu = cpu >= 0 ? Int(cpu) : nil
    let hasProcess = input.next() == 1
    let number = input.signed(ProcessNumber.self)
    process = hasProcess ? number : nil
  }
}

extension NumberSegments {
  fileprivate func put(to output: inout KeptBytes) {
    output.put(since)
    output.put(UInt64(segments.count))
    var last: UInt64 = 0
    for segment in segments {
      let isOne =
        segment.first == segment.last && segment.least == segment.last
        && segment.most == segment.last
      output.put(segment.start &- last)
      last = segment.start
      output.put(segment.changes << 1 | (isOne ? 1 : 0))
      output.put(segment.first)
      if !isOne {
        output.put(segment.last)
        output.put(segment.least)
        output.put(segment.most)
      }
      output.put(segment.area)
    }
  }

  fileprivate init(_ input: inout KeptReader, isFirst: Bool) {
    self.init(limit: isFirst ? Self.mostRunnable : Self.mostOfCounter)
    since = input.time()
    let count = input.count(ofBytes: 4)
    if count > limit { input.refuse() }
    var last: UInt64 = 0
    segments.reserveCapacity(input.isBad ? 0 : count)
    while segments.count < count, !input.isBad {
      last += input.time()
      let changes = input.next()
      var segment = Segment(input.double(), at: last)
      segment.changes = changes >> 1
      if changes & 1 == 0 {
        segment.last = input.double()
        segment.least = input.double()
        segment.most = input.double()
      }
      segment.area = input.double()
      let values = [segment.first, segment.last, segment.least, segment.most, segment.area]
      if last > TimelineState.mostTime || segment.changes > TimelineState.mostCount
        || !values.allSatisfy(\.isFinite)
      {
        input.refuse()
      }
      segments.append(segment)
    }
  }
}

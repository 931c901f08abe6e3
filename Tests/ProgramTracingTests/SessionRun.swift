import CLinux
import Events
import Glibc
import Testing

@testable import ProgramTracing

/// A session that a test drives, with everything that it brought.
final class SessionRun {
  let session: ProgramSession
  var types: [EventType] = []
  var streams: [EventStream] = []
  var batches: [Batch] = []
  var losses: [Loss] = []
  var processes: [FoundProcess] = []
  var threads: [FoundThread] = []
  var dropped: [DroppedProgram] = []
  var shortages: [ProgramShortage] = []
  var refusals: [RefusedMarkers] = []
  private(set) var last = DrainedPrograms()

  init(
    in directory: String, patterns: [String] = ["*"], name: String = "test",
    budget: Int = 64 << 20, searches: Bool = false, isSelective: Bool = false,
    admits: (@Sendable (ProcessNumber) -> Bool)? = nil
  ) throws {
    let rules = try patterns.map { text in
      let excludes = text.hasPrefix("^")
      return EventPatternList.Rule(
        try EventPattern(parsing: excludes ? String(text.dropFirst()) : text), includes: !excludes)
    }
    session = try ProgramSession(
      ProgramSession.Options(
        name: name, patterns: EventPatternList(rules),
        directories: ProgramDirectories(
          sessions: directory, registries: [directory], searchesProcesses: searches),
        budget: budget, isSelective: isSelective, admits: admits))
  }

  func drain() {
    take(session.drain(types: { self.number($0) }, streams: { self.number($0) }))
  }

  func stop() {
    take(session.stop(types: { self.number($0) }, streams: { self.number($0) }))
  }

  /// Drains at the pace that the session asks for, until `isDone` or the time is over.
  func drain(seconds: Double = 60, until isDone: (SessionRun) -> Bool) {
    let end = clock() + seconds
    while clock() < end {
      drain()
      if isDone(self) { return }
      var poll = pollfd(fd: session.descriptor, events: Int16(POLLIN), revents: 0)
      let left = Int64((end - clock()) * 1000)
      let pause = Int32(max(1, min(left, last.nextPoll.nanoseconds / 1_000_000)))
      _ = unsafe Glibc.poll(&poll, 1, pause)
    }
  }

  var events: Int { batches.reduce(0) { $0 + $1.count } }

  var lost: Int { losses.reduce(0) { $0 + Int($1.count ?? 0) } }

  private func clock() -> Double {
    var now = timespec()
    unsafe clock_gettime(CLOCK_MONOTONIC, &now)
    return Double(now.tv_sec) + Double(now.tv_nsec) / 1e9
  }

  private func number(_ type: EventType) -> EventTypeID {
    if let known = types.firstIndex(of: type) { return EventTypeID(UInt32(known)) }
    types.append(type)
    return EventTypeID(UInt32(types.count - 1))
  }

  private func number(_ stream: EventStream) -> StreamID {
    if let known = streams.firstIndex(of: stream) { return StreamID(UInt32(known)) }
    streams.append(stream)
    return StreamID(UInt32(streams.count - 1))
  }

  private func take(_ drained: DrainedPrograms) {
    last = drained
    batches += drained.batches
    for batch in drained.batches { losses += batch.losses }
    processes += drained.processes
    threads += drained.threads
    dropped += drained.dropped
    shortages += drained.shortages
    refusals += drained.refusals
  }
}

/// Waits for what comes when the machine lets it; false where it has not come in a minute.
@discardableResult
func wait(until hasCome: () throws -> Bool) rethrows -> Bool {
  let end = ContinuousClock.now + .seconds(60)
  while try !hasCome() {
    if ContinuousClock.now > end { return false }
    usleep(1000)
  }
  return true
}

extension ScratchDirectory {
  /// The name of a program's file; nil where it has none yet.
  func file(of pid: pid_t) -> String? { names.first { $0.hasPrefix("process-\(pid)-") } }

  /// Whether a program that records from its start on has begun its first event: it has taken the
  /// first chunk of those that it made itself.
  func hasHit(_ pid: pid_t) throws -> Bool {
    guard let name = file(of: pid) else { return false }
    let directory = try TrustedDirectory(path, owner: geteuid())
    let registry = try ConfinedFile(name, in: directory, writable: false)
    let layout = try RegistryLayout(
      registry.bytes(at: 0, count: RegistryLayout.headerSize), fileSize: registry.status().size,
      path: name)
    return try registry.bytes(at: layout.extent(layout.ownFirst), count: 4) != [0, 0, 0, 0]
  }
}

/// One event with its fields, taken out of its batch.
struct SeenEvent: Hashable {
  var time: UInt64
  var pid: ProcessNumber
  var thread: ThreadNumber
  var name: String
  var fields: [Int64]
  var texts: [String]
}

extension SessionRun {
  /// All events, in the order of their batches.
  func seen() -> [SeenEvent] {
    var seen: [SeenEvent] = []
    for batch in batches {
      let rows = batch.rowOfEachEvent()
      for event in 0..<batch.count {
        let group = batch.groups[Int(batch.groupOf[event])]
        let type = types[Int(group.type.index)]
        let stream = batch.streams.isEmpty ? batch.stream : batch.streams[event]
        guard case .process(let process) = streams[Int(stream.index)].source else { continue }
        var fields: [Int64] = []
        var texts: [String] = []
        for (column, field) in zip(group.columns, type.fields) {
          if column.width > 0 {
            if case .signed = field.type {
              fields.append(column.signed(rows[event]))
            } else {
              fields.append(Int64(bitPattern: column.unsigned(rows[event])))
            }
          } else {
            texts.append(
              String(decoding: column.bytes[column.range(ofRow: rows[event])], as: UTF8.self))
          }
        }
        seen.append(
          SeenEvent(
            time: batch.times[event], pid: process.pid, thread: batch.threads[event],
            name: type.qualifiedName, fields: fields, texts: texts))
      }
    }
    return seen
  }

  /// The numbers in integer field `field` of every event, by process and thread, in the order of the
  /// batches.
  ///
  /// In plain loops, for many events.
  func numbers(field: Int) -> [ThreadKey: [Int64]] {
    var found: [ThreadKey: [Int64]] = [:]
    for batch in batches {
      let columns = batch.groups.map { $0.columns[field].widened(signed: true) }
      var next = [Int](repeating: 0, count: columns.count)
      var key = ThreadKey(stream: StreamID(.max), thread: 0)
      var run: [Int64] = []
      for event in 0..<batch.count {
        let group = Int(batch.groupOf[event])
        let stream = batch.streams.isEmpty ? batch.stream : batch.streams[event]
        let own = ThreadKey(stream: stream, thread: batch.threads[event])
        if own != key {
          if !run.isEmpty { found[key, default: []] += run }
          run.removeAll(keepingCapacity: true)
          key = own
        }
        run.append(columns[group][next[group]])
        next[group] += 1
      }
      if !run.isEmpty { found[key, default: []] += run }
    }
    return found
  }

  /// Whether every batch is sorted by time.
  var isSorted: Bool {
    for batch in batches {
      var last: UInt64 = 0
      for time in batch.times {
        if time < last { return false }
        last = time
      }
    }
    return true
  }
}

struct ThreadKey: Hashable {
  var stream: StreamID
  var thread: ThreadNumber
}

/// Expects the numbers to be `first`, `first` + 1, …, and tells where they are not.
func expectRun(
  _ numbers: [Int64], from first: Int64 = 0, count: Int? = nil,
  at place: SourceLocation = #_sourceLocation
) {
  let (found, isWhole) = (numbers.count, isRun(numbers, from: first))
  #expect(isWhole, "of \(found) numbers", sourceLocation: place)
  if let count { #expect(found == count, sourceLocation: place) }
}

/// Whether the numbers are `first`, `first` + 1, ….
func isRun(_ numbers: [Int64], from first: Int64) -> Bool {
  var expected = first
  for number in numbers {
    if number != expected { return false }
    expected += 1
  }
  return true
}

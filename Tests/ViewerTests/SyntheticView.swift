import Analysis
import Events
import Glibc
import SyntheticTrace
import Testing
import TraceFile

@testable import Viewer

/// Views of traces that are always the same.
enum SyntheticView {
  /// A trace in a file without a name, whose levels are read, up to `share` of its events.
  static func timeline(
    cpus: Int = 2, threads: Int = 8, processes: Int = 1, rounds: Int = 3, events: Int = 300,
    eventsPerSecond: Int = 500_000, isCut: Bool = false, topology: SyntheticTopology? = nil,
    until share: Double = 2, change: ([UInt8]) -> [UInt8] = { $0 }
  ) throws -> Timeline {
    var trace = SyntheticTrace(
      seed: 11, cpus: cpus, threads: threads, processes: processes,
      eventsPerSecond: eventsPerSecond, topology: topology)
    return try timeline(until: share, change: change) { descriptor in
      if rounds > 0 {
        try trace.write(to: descriptor, rounds: rounds, events: events, isCut: isCut)
      } else {
        try write(trace, [], to: descriptor)
      }
    }
  }

  /// The same without the events of some types.
  static func timeline(
    without types: Set<EventTypeID>, processes: Int = 1, events: Int = 300
  ) throws -> Timeline {
    var trace = SyntheticTrace(seed: 11, cpus: 2, threads: 8, processes: processes)
    let batches = trace.batches(rounds: 1, events: events).map { batch in
      batch.keeping(batch.groupOf.map { !types.contains(batch.groups[Int($0)].type) })
    }
    return try timeline { try write(trace, batches.filter { $0.count > 0 }, to: $0) }
  }

  private static func write(
    _ trace: SyntheticTrace, _ batches: [Batch], to descriptor: Int32
  ) throws {
    var writer = try TraceWriter(descriptor: descriptor, preamble: trace.preamble)
    try writer.append(types: trace.types[...])
    try writer.append(streams: trace.streams[...])
    var encoder = try BlockEncoder(level: 1)
    for batch in batches { try writer.append(try encoder.encode(batch)) }
    try writer.finish(TraceTotals(reading: trace.reading(at: trace.start)))
  }

  private static func timeline(
    until share: Double = 2, change: ([UInt8]) -> [UInt8] = { $0 }, write: (Int32) throws -> Void
  ) throws -> Timeline {
    var template = Array("/tmp/swtrace-view-XXXXXX".utf8CString)
    let descriptor = unsafe mkstemp(&template)
    defer { close(descriptor) }
    let path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    defer { unsafe unlink(path) }
    try write(descriptor)
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 1 << 16)
    lseek(descriptor, 0, SEEK_SET)
    while case let got = unsafe read(descriptor, &piece, piece.count), got > 0 {
      bytes += piece[..<got]
    }
    let changed = change(bytes)
    if changed != bytes {
      ftruncate(descriptor, 0)
      try #require(unsafe pwrite(descriptor, changed, changed.count, 0) == changed.count)
    }
    let timeline = try Timeline(path: path)
    try timeline.readLevels { $0 < share }
    return timeline
  }

  static func view(
    _ timeline: Timeline, columns: Int = 120, rows: Int = 40, keys: KeyBindings = KeyBindings(),
    clock: (@Sendable () -> Int64)? = nil, follows: Bool = false
  ) -> View {
    var host = ViewHost()
    if follows { host.reopen = { nil } }
    if let clock { host.clock = clock }
    host.keys = keys
    host.name = "synthetic.swt"
    host.shellPath = "synthetic.swt"
    host.tableLines = { statistics, _, _, _ in
      statistics.tables.flatMap { table in
        [table.columns.map(\.title).joined(separator: " ")] + table.rows.map { _ in "row" }
      }
    }
    host.rowJSON = { "row \($1) of \($0.name)" }
    host.words = { "\($0)" }
    host.filterWords = { "\($0)" }
    var view = View(timeline, host: host, columns: columns, rows: rows)
    view.openAnew()
    return view
  }
}

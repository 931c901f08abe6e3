package import Events

/// The types and streams of a trace as far as they are known.
package struct TraceTables: Sendable {
  package private(set) var types: [EventType]
  package private(set) var streams: [EventStream]
  /// The CPU of each stream that is a CPU's own, else `Batch.unknownCPU`.
  private var cpus: [UInt16]

  package init(types: [EventType] = [], streams: [EventStream] = []) {
    self.types = types
    self.streams = []
    cpus = []
    append(streams)
  }

  /// Adds types of which the first has this number; numbers that were given before keep theirs.
  mutating func add(_ more: [EventType], first: EventTypeID) {
    reserve(types: Int(first.index))
    types.append(contentsOf: more.dropFirst(types.count - Int(first.index)))
  }

  mutating func add(_ more: [EventStream], first: StreamID) {
    reserve(streams: Int(first.index))
    append(Array(more.dropFirst(streams.count - Int(first.index))))
  }

  /// Makes stand-ins for what damage took, up to this many types and streams.
  mutating func reserve(types count: Int = 0, streams streamCount: Int = 0) {
    while types.count < count { types.append(Self.lostType) }
    if streams.count < streamCount {
      append([EventStream](repeating: Self.lostStream, count: streamCount - streams.count))
    }
  }

  /// Makes stand-ins for what a batch speaks of and nothing described.
  mutating func reserve(for batch: Batch) {
    let streams = batch.streams.reduce(batch.stream) { max($0, $1) }
    let lost = batch.losses.reduce(streams) { max($0, $1.stream) }
    reserve(
      types: batch.groups.reduce(0) { max($0, Int($1.type.index) + 1) },
      streams: Int(lost.index) + 1)
  }

  private static let lostType = EventType(
    system: "lost", name: "type", origin: .kernel, fields: [])
  private static let lostStream = EventStream(source: .machine, clock: .monotonic)

  private mutating func append(_ more: [EventStream]) {
    streams.append(contentsOf: more)
    cpus.append(contentsOf: more.map(\.cpuNumber))
  }

  func has(_ stream: StreamID) -> Bool { Int(stream.index) < streams.count }

  func cpu(of stream: StreamID) -> UInt16 {
    let number = Int(stream.index)
    return number < cpus.count ? cpus[number] : Batch.unknownCPU
  }

  func stream(_ id: StreamID) -> EventStream? {
    let number = Int(id.index)
    return number < streams.count ? streams[number] : nil
  }

  /// The process whose markers make the stream, nil where it is none.
  func process(of id: StreamID) -> TracedProcess? {
    guard let stream = stream(id), case .process(let process) = stream.source else { return nil }
    return process
  }
}

extension EventStream {
  fileprivate var cpuNumber: UInt16 {
    guard case .cpu(let cpu, _) = source, let number = UInt16(exactly: cpu),
      number < Batch.unknownCPU
    else { return Batch.unknownCPU }
    return number
  }
}

internal import Events
internal import Glibc
internal import KernelTracing
internal import ProgramTracing
internal import TraceFile

/// What was left over in several places, on its way into one trace.
struct RecoveredEvents {
  var types = EventTypeTable()
  var streams: [EventStream] = []
  var batches: [Batch] = []
  var processes: [FoundProcess] = []
  var threads: [FoundThread] = []
  var dropped: [DroppedProgram] = []
  /// Readings of the clocks that are older than now.
  var readings: [ClockReading] = []
  /// A dead flight recorder's ring, whose types and streams are the first here.
  var ring: FlightContents?
  var ringFormats: [UInt8]?
  /// Kernel buffers from which something was taken.
  var buffers = 0

  var isEmpty: Bool { ring == nil && batches.allSatisfy { $0.count == 0 && $0.losses.isEmpty } }

  private mutating func add(_ stream: EventStream) -> StreamID {
    if let known = streams.firstIndex(of: stream) { return StreamID(UInt32(known)) }
    streams.append(stream)
    return StreamID(UInt32(streams.count - 1))
  }

  // MARK: Flight recorders

  /// Begins with what a killed flight recorder held: its blocks are taken as they are.
  init(ring: String, tables: String) throws(TraceFileError) {
    let reader = try TraceReader(path: tables)
    self.ring = try FlightContents(path: ring)
    guard self.ring?.identifier == reader.preamble.identifier else { throw .notATrace }
    for type in reader.types { _ = types.intern(type) }
    streams = reader.streams
    readings = reader.readings
    var decoder = try BlockDecoder()
    for index in reader.blocks.indices where reader.blocks[index].kind == .pageFormats {
      ringFormats = try reader.pageFormats(index, with: &decoder)
    }
  }

  init() {}

  // MARK: Programs

  /// Takes what dead sessions left in the programs of a directory.
  mutating func addPrograms(
    inDirectory path: String, armedToo: Bool
  ) throws(ProgramTracingError) {
    var (types, streams) = (self.types, self.streams)
    let found = try LeftoverPrograms(
      inDirectory: path, armedToo: armedToo, types: { types.intern($0) },
      streams: { stream in
        streams.append(stream)
        return StreamID(UInt32(streams.count - 1))
      })
    (self.types, self.streams) = (types, streams)
    add(found)
  }

  /// Takes what is in one program's file or core dump.
  mutating func addProgram(inFile path: String) throws(ProgramTracingError) {
    var (types, streams) = (self.types, self.streams)
    let found = try LeftoverPrograms(
      inFile: path, types: { types.intern($0) },
      streams: { stream in
        streams.append(stream)
        return StreamID(UInt32(streams.count - 1))
      })
    (self.types, self.streams) = (types, streams)
    add(found)
  }

  private mutating func add(_ found: LeftoverPrograms) {
    batches += found.drained.batches
    processes += found.drained.processes
    threads += found.drained.threads
    dropped += found.drained.dropped
    if let start = found.start { readings.append(start) }
  }

  // MARK: The kernel

  /// Takes the pages that nobody read of an instance whose recorder was killed.
  mutating func addKernel(
    _ instance: TracingInstance, of tracefs: Tracefs
  ) throws(KernelTracingError) {
    let cpus = try instance.cpus()
    var counts: [Int: BufferStatistics] = [:]
    for cpu in cpus {
      let statistics = try instance.statistics(cpu: cpu)
      if statistics.entries + statistics.overrun > 0 { counts[cpu] = statistics }
    }
    guard !counts.isEmpty else { return }
    let clock: ClockKind =
      try instance.clock() == TracingClock.processor.name ? .processor : .monotonic
    let layout = try instance.pageLayout()
    var known = [PageFormats.undecoded]
    var formats: [(KernelEventFormat, EventTypeID)] = []
    for event in try tracefs.events() {
      guard let format = try? tracefs.format(event, longBytes: layout.longBytes) else { continue }
      formats.append((format, EventTypeID(UInt32(known.count))))
      known.append(format.type)
    }
    let decoding = PageFormats(layout: layout, formats: formats, undecoded: EventTypeID(0))
    let first = batches.count
    for (cpu, statistics) in counts.sorted(by: { $0.key < $1.key }) {
      let stream = add(EventStream(source: .cpu(cpu, buffer: buffers), clock: clock))
      try addPages(try instance.openPages(cpu: cpu), decoding, stream, statistics)
    }
    buffers += 1
    // Of all events that there are, those that occurred.
    for index in batches.indices.dropFirst(first) {
      for group in batches[index].groups.indices {
        let type = known[Int(batches[index].groups[group].type.index)]
        batches[index].groups[group].type = types.intern(type)
      }
    }
  }

  private mutating func addPages(
    _ pipe: consuming PagePipe, _ formats: PageFormats, _ stream: StreamID,
    _ statistics: BufferStatistics
  ) throws(KernelTracingError) {
    var decoder = PageDecoder(formats, stream: stream)
    let page = UnsafeMutableRawBufferPointer.allocate(byteCount: pipe.pageBytes, alignment: 4096)
    defer { unsafe page.deallocate() }
    var taken: [Batch] = []
    while true {
      unsafe page.initializeMemory(as: UInt8.self, repeating: 0)
      guard try unsafe pipe.read(into: page) > 0 else { break }
      if decoder.lastTime == 0 {
        decoder.lastTime = unsafe page.loadUnaligned(as: UInt64.self)
      }
      _ = unsafe decoder.decode(UnsafeRawBufferPointer(page).bytes)
      if decoder.count >= 65536, let batch = decoder.takeBatch() { taken.append(batch) }
    }
    if let batch = decoder.takeBatch() { taken.append(batch) }
    let told = taken.flatMap(\.losses).reduce(0 as UInt64) { $0.addingClamped($1.count ?? 0) }
    let lost = statistics.overrun + statistics.dropped + statistics.commitOverrun
    if lost > told, let first = taken.first {
      let time = first.times.first ?? decoder.lastTime
      taken[0].losses.append(
        Loss(
          stream: stream, reason: .kernelOverrun, count: lost - told, first: time, last: time))
    }
    batches += taken
  }

  // MARK: Traces

  /// Takes the events of a trace: what an earlier recovery saved, or what a killed recorder wrote.
  mutating func addTrace(_ path: String) throws(TraceFileError) {
    let reader = try TraceReader(path: path)
    let typeNumbers = reader.types.map { types.intern($0) }
    let streamNumbers = reader.streams.map { add($0) }
    readings += reader.readings
    var decoder = try BlockDecoder()
    for (index, block) in reader.blocks.enumerated() {
      switch block.kind {
      case .events:
        // What is damaged was reported by opening; what else can be read is taken.
        guard let batch = try? reader.batch(index, .all, with: &decoder) else { continue }
        batches.append(renumbered(batch, typeNumbers, streamNumbers))
      case .losses:
        guard let first = block.losses.first else { continue }
        var batch = Batch(stream: first.stream)
        batch.losses = block.losses
        batches.append(renumbered(batch, typeNumbers, streamNumbers))
      default: continue
      }
    }
  }

  private func renumbered(
    _ batch: Batch, _ types: [EventTypeID], _ streams: [StreamID]
  ) -> Batch {
    var batch = batch
    batch.stream = streams[Int(batch.stream.index)]
    batch.streams = batch.streams.map { streams[Int($0.index)] }
    for index in batch.groups.indices {
      batch.groups[index].type = types[Int(batch.groups[index].type.index)]
    }
    for index in batch.losses.indices {
      batch.losses[index].stream = streams[Int(batch.losses[index].stream.index)]
    }
    return batch
  }
}

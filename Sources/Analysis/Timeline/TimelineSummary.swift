import Events
import TraceFile

extension TimelineSummary {
  init(_ trace: OpenTrace) {
    let reader = trace.reader
    identifier = reader.preamble.identifier.text
    hostName = TerminalText.escaped(reader.preamble.hostName)
    kernelRelease = TerminalText.escaped(reader.preamble.kernelRelease)
    commandLine = reader.preamble.commandLine.map { TerminalText.escaped($0) }
    cpus = reader.preamble.cpus
    end = trace.end.nanoseconds
    let origin = trace.clock.start.monotonic
    recorded = TimelineWindow(
      Int64(clamping: trace.observation.lowerBound - origin),
      Int64(clamping: trace.observation.upperBound - origin))
    startTime = Int64(bitPattern: trace.clock.start.realtime)
    events = reader.blocks.reduce(0) { $0 &+ UInt64($1.events) }
    let readings = reader.blocks.flatMap(\.counts)
      .filter { trace.isReading($0.type) }.reduce(UInt64(0)) { $0 &+ UInt64($1.events) }
    recordedEvents = events - min(events, readings)
    bytes = reader.bytes
    isCut = reader.damage.contains { $0.reason == .cut }
    isComplete = reader.totals != nil
    types = reader.types
    var present = [Bool](repeating: false, count: reader.types.count)
    for block in reader.blocks {
      for count in block.counts where Int(count.type.index) < present.count && count.events > 0 {
        present[Int(count.type.index)] = true
      }
    }
    for number in present.indices where present[number] {
      let type = reader.types[number]
      if let source = TimelineSource(trace.known[EventTypeID(UInt32(number))].role, type) {
        sources.insert(source)
      }
    }
  }
}

extension TimelineSource {
  init?(_ role: EventRole, _ type: EventType) {
    switch role {
    case .schedSwitch: self = .switches
    case .schedWaking, .schedWakeup, .schedWakeupNew: self = .wakings
    case .systemCallEnter, .systemCallExit: self = .systemCalls
    case .interruptEntry, .interruptExit: self = .hardInterrupts
    case .softInterruptEntry, .softInterruptExit, .softInterruptRaise: self = .softInterrupts
    case .blockComplete, .blockInsert, .blockIssue: self = .block
    case .netQueue, .netTransmit, .netReceive, .netCopy: self = .network
    case .frequency: self = .frequency
    case .spanBegin, .spanEnd: self = .spans
    case .counter: self = .counters
    default:
      guard type.origin == .program else { return nil }
      self = .markers
    }
  }
}

extension OpenTrace {
  /// Whether rows of a type are readings of the machine's state.
  fileprivate func isReading(_ type: EventTypeID) -> Bool {
    let place = Int(type.index)
    return place < reader.types.count && reader.types[place].origin == .machine
  }
}

import Events

@testable import TraceFile

extension PlainTrace {
  func block(at offset: Int) -> PlainBlock? {
    blocks.first { $0.offset == offset }
  }
}

extension PlainEvent {
  /// A batch's events, row by row.
  static func events(of batch: Batch) -> [PlainEvent] {
    var rows = [Int](repeating: 0, count: batch.groups.count)
    return batch.times.indices.map { event in
      let number = Int(batch.groupOf[event])
      let group = batch.groups[number]
      let row = rows[number]
      rows[number] += 1
      let value = { (column: Column) in Array(column.bytes[column.range(ofRow: row)]) }
      return PlainEvent(
        time: batch.times[event], type: Int(group.type.index),
        stream: Int((batch.streams.isEmpty ? batch.stream : batch.streams[event]).index),
        thread: batch.threads.isEmpty ? nil : batch.threads[event],
        cpu: batch.cpus.isEmpty ? nil : batch.cpus[event], fields: group.columns.map(value),
        remainder: group.remainder.map(value))
    }
  }
}

extension PlainLoss {
  init(_ loss: Loss) {
    stream = Int(loss.stream.index)
    reason = loss.reason.rawValue
    count = loss.count
    thread = loss.thread
    first = loss.first
    last = loss.last
  }
}

extension PlainReading {
  init(_ reading: ClockReading) {
    processor = reading.processor
    monotonic = reading.monotonic
    realtime = reading.realtime
    boottime = reading.boottime
  }
}

extension PlainStream {
  init(_ stream: EventStream) {
    clock = Int(stream.clock.rawValue)
    switch stream.source {
    case .cpu(let cpu, let buffer):
      source = 1
      self.cpu = cpu
      self.buffer = buffer
    case .process(let process):
      source = 2
      pid = process.pid
      namespacePid = process.namespacePid
      nonce = process.nonce
      start = process.start
      executable = process.executable
    case .machine: source = 3
    }
  }
}

extension PlainType {
  init(_ type: EventType) {
    kind = Int(type.kind.rawValue)
    origin = Int(type.origin.rawValue)
    hasSource = type.source != nil
    line = Int(type.source?.line ?? 0)
    system = type.system
    name = type.name
    printFormat = type.printFormat
    file = type.source?.file ?? ""
    fields = type.fields.map { PlainField($0) }
  }
}

extension PlainField {
  init(_ field: Field) {
    name = field.name
    typeName = field.typeName
    var scalar = 0
    switch field.type {
    case .unsigned(let bytes): (type, size) = (1, bytes)
    case .signed(let bytes): (type, size) = (2, bytes)
    case .float(let bytes): (type, size) = (3, bytes)
    case .bool: (type, size) = (4, 1)
    case .pointer(let bytes): (type, size) = (5, bytes)
    case .text(let capacity): (type, size) = (6, capacity)
    case .string: (type, size) = (7, 0)
    case .array(let element, let count):
      (type, size) = (8, count)
      scalar = Int(element.rawValue)
    case .sequence(let element):
      (type, size) = (9, 0)
      scalar = Int(element.rawValue)
    case .bytes: (type, size) = (10, 0)
    }
    self.scalar = scalar
  }
}

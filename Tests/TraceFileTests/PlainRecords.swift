struct PlainReading: Hashable {
  var processor: UInt64 = 0
  var monotonic: UInt64 = 0
  var realtime: UInt64 = 0
  var boottime: UInt64 = 0

  init() {}

  init(_ record: inout PlainBytes) throws {
    processor = try record.number(8)
    monotonic = try record.number(8)
    realtime = try record.number(8)
    boottime = try record.number(8)
  }
}

struct PlainPreamble {
  var reading = PlainReading()
  var cpus = 0
  var referenceClock = 0
  /// Host name, kernel release, kernel version, machine, boot identifier, creator.
  var texts: [String] = []
  var arguments: [String] = []

  init() {}

  init(_ record: inout PlainBytes) throws {
    reading = try PlainReading(&record)
    cpus = Int(try record.number(4))
    referenceClock = Int(try record.number(4))
    for _ in 0..<6 { texts.append(try record.text()) }
    for _ in 0..<(try record.number(4)) { arguments.append(try record.text()) }
  }
}

struct PlainField: Hashable {
  let type: Int
  let scalar: Int
  let size: Int
  let name: String
  let typeName: String

  init(_ record: inout PlainBytes) throws {
    var entry = try record.entry()
    type = Int(try entry.number(1))
    scalar = Int(try entry.number(1))
    _ = try entry.number(2)
    size = Int(try entry.number(4))
    name = try entry.text()
    typeName = try entry.text()
  }
}

struct PlainType: Hashable {
  let kind: Int
  let origin: Int
  let hasSource: Bool
  let line: Int
  let system: String
  let name: String
  let printFormat: String
  let file: String
  let fields: [PlainField]

  init(_ record: inout PlainBytes) throws {
    var entry = try record.entry()
    kind = Int(try entry.number(1))
    origin = Int(try entry.number(1))
    hasSource = try entry.number(2) == 1
    line = Int(try entry.number(4))
    system = try entry.text()
    name = try entry.text()
    printFormat = try entry.text()
    file = try entry.text()
    var fields: [PlainField] = []
    for _ in 0..<(try entry.number(4)) { fields.append(try PlainField(&entry)) }
    self.fields = fields
  }
}

struct PlainStream: Hashable {
  let source: Int
  let clock: Int
  var cpu = 0
  var buffer = 0
  var pid: Int32 = 0
  var namespacePid: Int32 = 0
  var nonce: UInt64 = 0
  var start: UInt64 = 0
  var executable = ""

  init(_ record: inout PlainBytes) throws {
    var entry = try record.entry()
    source = Int(try entry.number(1))
    clock = Int(try entry.number(1))
    _ = try entry.number(2)
    switch source {
    case 1:
      cpu = Int(try entry.number(4))
      buffer = Int(try entry.number(4))
    case 2:
      pid = Int32(bitPattern: UInt32(try entry.number(4)))
      namespacePid = Int32(bitPattern: UInt32(try entry.number(4)))
      nonce = try entry.number(8)
      start = try entry.number(8)
      executable = try entry.text()
    default: break
    }
  }
}

struct PlainTotals: Hashable {
  let indexOffset: UInt64
  let events: UInt64
  let lost: UInt64
  let uncountedLosses: UInt64
  let blocks: UInt64
  let recorderNanoseconds: UInt64
  let reading: PlainReading
  let began: UInt64
  let ended: UInt64
  let blockBytes: UInt64
  let magic: [UInt8]

  /// The last two fields stand at the record's end, whatever grew before them.
  init(_ record: inout PlainBytes, recordBytes: Int) throws {
    indexOffset = try record.number(8)
    events = try record.number(8)
    lost = try record.number(8)
    uncountedLosses = try record.number(8)
    blocks = try record.number(8)
    recorderNanoseconds = try record.number(8)
    reading = try PlainReading(&record)
    began = try record.number(8)
    ended = try record.number(8)
    record.at = recordBytes - 16
    blockBytes = try record.number(8)
    magic = try record.take(8)
  }
}

extension PlainBytes {
  /// The bytes of an entry that starts with its length.
  mutating func entry() throws -> PlainBytes {
    let length = Int(try number(4))
    return PlainBytes(try take(length - 4))
  }
}

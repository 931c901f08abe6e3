import CZstd

/// What a trace holds, as a reader understands it who has read swtrace-file(5) and nothing else.
struct PlainTrace {
  var blocks: [PlainBlock] = []
  /// Blocks that are whole by their header and whose content could not be read.
  var unread: [Int] = []
  var preamble = PlainPreamble()
  var types: [PlainType] = []
  var streams: [PlainStream] = []
  var readings: [PlainReading] = []
  var watermark: UInt64?
  var events: [PlainEvent] = []
  var losses: [PlainLoss] = []
  var totals: PlainTotals?
  /// Offsets and headers that the index lists.
  var index: [(offset: Int, header: [UInt8])] = []
  var codings: Set<String> = []

  /// What `codings` can hold.
  static let allCodings = [
    "numbers 0", "numbers 1", "numbers 2", "numbers 3", "numbers 4", "transform 0",
    "transform 1", "transform 2", "exceptions", "rows 0", "rows 1", "rows 2", "varying 0",
    "varying 1", "times 0", "times 1", "times 2", "one context", "contexts",
  ]
}

struct PlainEvent: Hashable {
  var time: UInt64
  var type: Int
  var stream: Int
  var thread: Int32?
  var cpu: UInt16?
  /// The bytes of each field, and of the remainder where the group has one.
  var fields: [[UInt8]]
  var remainder: [UInt8]?
}

struct PlainError: Error {
  let what: String

  init(_ what: String) { self.what = what }
}

/// A reader of whole traces that follows swtrace-file(5) word by word and cares for nothing else.
struct PlainReader {
  let bytes: [UInt8]
  var trace = PlainTrace()

  static func read(_ bytes: [UInt8]) throws -> PlainTrace {
    var reader = PlainReader(bytes: bytes)
    try reader.readAll()
    return reader.trace
  }

  private init(bytes: [UInt8]) {
    self.bytes = bytes
  }

  private mutating func readAll() throws {
    guard let first = PlainBlock(bytes, at: 0), first.kind == 1, first.end <= bytes.count else {
      throw PlainError("no preamble")
    }
    if first.version > 1 { throw PlainError("version \(first.version)") }
    var offset = 0
    var sequence: UInt64?
    while offset < bytes.count {
      guard let block = PlainBlock(bytes, at: offset), block.identifier == first.identifier,
        block.end <= bytes.count, sequence.map({ block.sequence > $0 }) ?? true
      else {
        offset += 1
        continue
      }
      sequence = block.sequence
      trace.blocks.append(block)
      trace.losses += block.losses
      offset = block.end
      do {
        if block.version > 1 { throw PlainError("version \(block.version)") }
        try read(block)
      } catch let error as PlainError {
        if block.kind == 1 { throw error }
        trace.unread.append(block.offset)
      }
    }
  }

  private mutating func read(_ block: PlainBlock) throws {
    if block.kind == 5 { return try readEvents(block) }
    guard (1...11).contains(block.kind) else { return }
    if block.kind == 8 {
      trace.watermark = max(trace.watermark ?? 0, block.number)
    }
    var record = PlainBytes(try block.parts.first.map { try content($0) } ?? [])
    switch block.kind {
    case 1:
      trace.preamble = try PlainPreamble(&record)
      trace.readings.append(trace.preamble.reading)
    case 2:
      guard Int(block.number) == trace.types.count else { throw PlainError("types missing") }
      trace.types += try (0..<block.events).map { _ in try PlainType(&record) }
    case 3:
      guard Int(block.number) == trace.streams.count else { throw PlainError("streams missing") }
      trace.streams += try (0..<block.events).map { _ in try PlainStream(&record) }
    case 4: trace.readings.append(try PlainReading(&record))
    case 10: try readIndex(&record)
    case 11:
      let totals = try PlainTotals(&record, recordBytes: record.left)
      trace.totals = totals
      trace.readings.append(totals.reading)
    default: break
    }
  }

  private mutating func readIndex(_ record: inout PlainBytes) throws {
    while record.left > 0 {
      let offset = Int(try record.number(8))
      let start = record.at
      _ = try record.number(4)
      let length = Int(try record.number(4)) + 8
      record.at = start
      trace.index.append((offset, try record.take(length)))
    }
  }

  private mutating func readEvents(_ block: PlainBlock) throws {
    var batch = PlainBatch(block)
    for part in block.parts where part.content == 1 || part.content == 2 || part.content == 3 {
      var content = PlainBytes(try content(part))
      if part.content == 1 {
        try batch.readEvents(&content)
      } else {
        while content.left > 0 { try batch.readGroup(&content) }
      }
    }
    trace.events += try batch.events()
    trace.codings.formUnion(batch.codings)
  }

  /// A part's content, out of its frame.
  private func content(_ part: PlainPart) throws -> [UInt8] {
    let frame = Array(bytes[part.range])
    guard PlainChecksum.of(frame) == part.checksum else { throw PlainError("checksum of a part") }
    switch part.coding {
    case 0:
      var stored = PlainBytes(frame)
      guard try stored.number(4) == 0x184D_2A5D, Int(try stored.number(4)) == part.rawBytes,
        stored.left == part.rawBytes
      else { throw PlainError("stored part") }
      return try stored.take(stored.left)
    case 1:
      var content = [UInt8](repeating: 0, count: part.rawBytes)
      let got = unsafe content.withUnsafeMutableBytes { content in
        unsafe frame.withUnsafeBytes { frame in
          unsafe ZSTD_decompress(content.baseAddress, content.count, frame.baseAddress, frame.count)
        }
      }
      guard ZSTD_isError(got) == 0, got == part.rawBytes else { throw PlainError("zstd") }
      return content
    default: throw PlainError("coding of a part")
    }
  }
}

/// Bytes that are read from the first to the last.
struct PlainBytes {
  let bytes: [UInt8]
  var at = 0

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  var left: Int { bytes.count - at }

  mutating func take(_ count: Int) throws -> [UInt8] {
    guard count >= 0, count <= left else { throw PlainError("\(count) bytes at \(at)") }
    at += count
    return Array(bytes[at - count..<at])
  }

  mutating func number(_ width: Int) throws -> UInt64 {
    try take(width).reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  mutating func text() throws -> String {
    String(decoding: try take(Int(try number(4))), as: UTF8.self)
  }
}

enum PlainChecksum {
  /// CRC-32C, bit by bit.
  static func of(_ bytes: [UInt8]) -> UInt32 {
    var sum: UInt32 = 0xFFFF_FFFF
    for byte in bytes {
      sum ^= UInt32(byte)
      for _ in 0..<8 { sum = sum & 1 == 0 ? sum >> 1 : sum >> 1 ^ 0x82F6_3B78 }
    }
    return sum ^ 0xFFFF_FFFF
  }
}

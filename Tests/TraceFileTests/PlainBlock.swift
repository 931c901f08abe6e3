/// A block's header and tables.
struct PlainBlock {
  let offset: Int
  let headerBytes: Int
  let identifier: [UInt64]
  let kind: Int
  let version: Int
  let stream: Int
  let sequence: UInt64
  let blockBytes: Int
  let first: UInt64
  let last: UInt64
  let number: UInt64
  let events: Int
  let parts: [PlainPart]
  let types: [(type: Int, rows: Int)]
  let losses: [PlainLoss]
  let streams: [Int]

  var end: Int { offset + blockBytes }

  /// The block that starts at `offset`, nil where none does.
  init?(_ bytes: [UInt8], at offset: Int) {
    guard bytes.count - offset >= 112, bytes[offset + 8] == 0x73, bytes[offset + 9] == 0x77 else {
      return nil
    }
    do {
      try self.init(reading: bytes, at: offset)
    } catch {
      return nil
    }
  }

  private init(reading bytes: [UInt8], at offset: Int) throws {
    self.offset = offset
    var fixed = PlainBytes(Array(bytes[offset..<offset + 112]))
    let skippable = try fixed.number(4)
    headerBytes = Int(try fixed.number(4)) + 8
    let magic = try fixed.take(8)
    identifier = [try fixed.number(8), try fixed.number(8)]
    let headerChecksum = try fixed.number(4)
    let tableChecksum = try fixed.number(4)
    kind = Int(try fixed.number(2))
    version = Int(try fixed.number(2))
    stream = Int(try fixed.number(4))
    sequence = try fixed.number(8)
    let blockBytes = try fixed.number(8)
    first = try fixed.number(8)
    last = try fixed.number(8)
    number = try fixed.number(8)
    events = Int(try fixed.number(4))
    let lines = try (0..<4).map { _ in Int(try fixed.number(4)) }
    let unsummed = fixed.bytes[..<32] + [0, 0, 0, 0] + fixed.bytes[36...]
    guard skippable == 0x184D_2A5E, magic == [0x73, 0x77, 0x74, 0xA6, 0x62, 0x6C, 0x6B, 0x0A],
      PlainChecksum.of(Array(unsummed)) == headerChecksum, headerBytes <= bytes.count - offset,
      blockBytes <= 1 << 27
    else { throw PlainError("no header") }
    self.blockBytes = Int(blockBytes)

    let rest = Array(bytes[offset + 112..<offset + headerBytes])
    guard PlainChecksum.of(rest) == tableChecksum else { throw PlainError("tables") }
    var table = PlainBytes(rest)
    var place = offset + headerBytes
    parts = try (0..<lines[0]).map { _ in try PlainPart(&table, &place) }
    types = try (0..<lines[1]).map { _ in (Int(try table.number(4)), Int(try table.number(4))) }
    losses = try (0..<lines[2]).map { _ in try PlainLoss(&table) }
    streams = try (0..<lines[3]).map { _ in Int(try table.number(4)) }
    guard place <= offset + Int(blockBytes) else { throw PlainError("parts") }
  }
}

struct PlainPart {
  let content: Int
  let coding: Int
  let range: Range<Int>
  let rawBytes: Int
  let checksum: UInt32
  let group: Int

  /// An entry of the table of parts, of a part that starts at `place`.
  init(_ table: inout PlainBytes, _ place: inout Int) throws {
    content = Int(try table.number(2))
    coding = Int(try table.number(2))
    let storedBytes = Int(try table.number(4))
    range = place..<place + storedBytes
    place += storedBytes
    rawBytes = Int(try table.number(4))
    checksum = UInt32(try table.number(4))
    group = Int(try table.number(4))
    _ = try table.number(4)
  }
}

struct PlainLoss: Hashable {
  var stream: Int
  var reason: UInt8
  var count: UInt64?
  var thread: Int32
  var first: UInt64
  var last: UInt64

  init(_ table: inout PlainBytes) throws {
    stream = Int(try table.number(4))
    let reason = UInt8(try table.number(1))
    self.reason = (1...9).contains(reason) ? reason : 7
    let isCounted = try table.number(1) == 1
    _ = try table.number(2)
    let count = try table.number(8)
    self.count = isCounted ? count : nil
    thread = Int32(bitPattern: UInt32(try table.number(4)))
    _ = try table.number(4)
    first = try table.number(8)
    last = try table.number(8)
  }
}

/// Finds a trace's blocks by their headers alone, from the first to the last.
///
/// Where no header of this trace is in place it looks for the next one, byte by byte. A header's
/// fixed fields have a checksum of their own, so that a candidate is cheap to refuse, and a length
/// is only believed where that checksum is right.
@safe struct TraceWalk: ~Copyable {
  private static let headerChunk = 1 << 12
  private static let searchChunk = 1 << 20

  private let bytes: TraceBytes
  private var buffer = Scratch<UInt8>()
  private var searched = Scratch<UInt8>()
  private var order = BlockOrder()
  private(set) var blocks: [PlacedHeader] = []
  private(set) var damage: [Damage] = []

  init(_ bytes: TraceBytes) {
    self.bytes = bytes
  }

  /// Walks to the end, calling `visit` for each block that is found.
  mutating func run(
    visit: (PlacedHeader) throws(TraceFileError) -> Damage? = { _ throws(TraceFileError) in nil }
  ) throws(TraceFileError) {
    var offset: UInt64 = 0
    while offset < bytes.count {
      let left = bytes.count - offset
      let start = try read(at: offset, BlockHeader.fixedBytes)
      guard let fixed = start.fixed else {
        if case .needs = start {
          note(.cut, offset, left)
          return
        }
        offset = try skip(offset, start.reason)
        continue
      }
      guard order.accepts(fixed) else {
        offset = try skip(offset, .noBlock)
        continue
      }
      guard fixed.length <= left else {
        let next = try search(from: offset + 8) ?? bytes.count
        note(.cut, offset, next - offset, fixed)
        offset = next
        continue
      }
      switch try read(at: offset, TraceWalk.headerChunk) {
      case .whole(let header, let headerBytes):
        if let missing = order.pass(header, at: offset) { damage.append(missing) }
        let placed = PlacedHeader(header: header, headerBytes: headerBytes, offset: offset)
        blocks.append(placed)
        if let found = try visit(placed) { damage.append(found) }
      case let reading:
        note(reading.reason, offset, fixed.length, fixed)
        _ = order.pass(fixed, at: offset)
      }
      offset += fixed.length
    }
  }

  private mutating func skip(
    _ offset: UInt64, _ reason: Damage.Reason
  ) throws(TraceFileError) -> UInt64 {
    let next = try search(from: offset + 1) ?? bytes.count
    note(reason, offset, next - offset)
    return next
  }

  private mutating func note(
    _ reason: Damage.Reason, _ offset: UInt64, _ length: UInt64, _ header: BlockHeader? = nil
  ) {
    damage.append(order.damage(reason, at: offset, bytes: length, header: header))
  }

  /// The header at `offset`, as far as the file goes or so many bytes tell.
  private mutating func read(
    at offset: UInt64, _ least: Int
  ) throws(TraceFileError) -> HeaderReading {
    var wanted = least
    while true {
      let target = unsafe UnsafeMutableRawBufferPointer(
        start: buffer.space(wanted), count: wanted)
      let count = unsafe try bytes.read(at: offset, into: target)
      let reading = unsafe BlockHeader.read(UnsafeRawBufferPointer(rebasing: target[..<count]))
      guard least > BlockHeader.fixedBytes, case .needs(let more, _) = reading, count == wanted
      else { return reading }
      wanted = more
    }
  }

  /// Where the next header of this trace is, from `start` on.
  private mutating func search(from start: UInt64) throws(TraceFileError) -> UInt64? {
    var offset = start
    // Mostly the next header is near, and where one lies beside the other they must not cost more
    // than they are long.
    var chunk = TraceWalk.headerChunk
    while offset < bytes.count {
      let target = unsafe UnsafeMutableRawBufferPointer(
        start: searched.space(chunk), count: chunk)
      let count = unsafe try bytes.read(at: offset, into: target)
      var place = 0
      while let found = unsafe BlockHeader.search(
        UnsafeRawBufferPointer(target), from: place, to: count)
      {
        let reading = try read(at: offset + UInt64(found), BlockHeader.fixedBytes)
        if let header = reading.fixed, order.accepts(header) { return offset + UInt64(found) }
        place = found + 1
      }
      guard count == chunk else { return nil }
      offset += UInt64(count - 15)
      chunk = min(2 * chunk, TraceWalk.searchChunk)
    }
    return nil
  }
}

extension HeaderReading {
  /// What is wrong where there is no whole header.
  var reason: Damage.Reason {
    switch self {
    case .whole: .noBlock
    case .needs: .cut
    case .bad(let reason), .badTables(_, let reason): reason
    }
  }
}

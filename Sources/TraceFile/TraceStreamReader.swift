package import Events

/// What comes out of a trace that arrives in pieces.
package enum TraceItem: Sendable {
  case preamble(Preamble)
  /// New types, the first of them with this number.
  case types([EventType], first: EventTypeID)
  case streams([EventStream], first: StreamID)
  case reading(ClockReading)
  case events(Batch)
  case pageFormats([UInt8])
  case rawPages(RawPages)
  case watermark(UInt64)
  case losses([Loss])
  case end(TraceTotals)
  case damage(Damage)
}

/// Reads a trace from a pipe, or from a file that still grows: takes bytes as they come and gives
/// what they complete.
///
/// It holds at most one block. A batch agrees with `types` and `streams` as they then are, as with
/// `TraceReader`.
package struct TraceStreamReader: ~Copyable {
  /// Types and streams so far, with stand-ins for those that were lost.
  package var types: [EventType] { contents.tables.types }
  package var streams: [EventStream] { contents.tables.streams }
  /// Bytes of the blocks so far.
  package private(set) var offset: UInt64 = 0

  private let selection: BlockSelection
  private var decoder: BlockDecoder
  private var contents = TraceContents()
  private var order = BlockOrder()
  /// Bytes from `offset` on, of which the first `done` are dealt with.
  private var buffer: [UInt8] = []
  private var done = 0
  /// Bytes that must be there before there is anything new to see.
  private var wanted = BlockHeader.fixedBytes
  /// Where the bytes began that belong to no block, and why.
  private var lost: (from: UInt64, reason: Damage.Reason, header: BlockHeader?)?
  /// Whether nothing more will come.
  private var isOver = false

  package init(_ selection: BlockSelection = .all) throws(TraceFileError) {
    let decoder = try BlockDecoder()
    self.decoder = decoder
    self.selection = selection
  }

  /// Takes the next bytes; appends what they complete to `items`.
  package mutating func feed(
    _ bytes: UnsafeRawBufferPointer, into items: inout [TraceItem]
  ) throws(TraceFileError) {
    if done > 0, done == buffer.count || done >= 1 << 20 {
      buffer.removeFirst(done)
      done = 0
    }
    unsafe buffer.append(contentsOf: bytes)
    while buffer.count - done >= wanted, try step(&items) {}
  }

  /// Says that nothing more will come.
  ///
  /// A block that was begun is reported as damage; what stands behind its start is looked through for
  /// others, as a wrong length may have hidden them.
  package mutating func finish(into items: inout [TraceItem]) throws(TraceFileError) {
    isOver = true
    while done < buffer.count, try step(&items) {}
    let left = buffer.count - done
    if left > 0, lost == nil { lost = (offset, .cut, nil) }
    skip(left)
    note(&items)
  }

  /// Deals with the block, or the damage, that is next; false where more bytes are needed.
  private mutating func step(_ items: inout [TraceItem]) throws(TraceFileError) -> Bool {
    let start = read(BlockHeader.fixedBytes)
    guard let fixed = start.fixed, order.accepts(fixed) else {
      if case .needs(let more, nil) = start {
        wanted = more
        return false
      }
      lost = lost ?? (offset, start.fixed == nil ? start.reason : .noBlock, nil)
      return search(from: done + 1)
    }
    note(&items)
    guard UInt64(buffer.count - done) >= fixed.length else {
      guard isOver else {
        wanted = Int(fixed.length)
        return false
      }
      lost = (offset, .cut, fixed)
      return search(from: done + 8)
    }
    let reading = read(Int(fixed.length))
    if case .whole(let header, let headerBytes) = reading {
      if let missing = order.pass(header, at: offset) { items.append(.damage(missing)) }
      try take(PlacedHeader(header: header, headerBytes: headerBytes, offset: offset), &items)
    } else {
      items.append(
        .damage(order.damage(reading.reason, at: offset, bytes: fixed.length, header: fixed)))
      _ = order.pass(fixed, at: offset)
    }
    skip(Int(fixed.length))
    wanted = BlockHeader.fixedBytes
    return true
  }

  /// The header that is next, as far as so many bytes tell.
  private func read(_ most: Int) -> HeaderReading {
    unsafe buffer.withUnsafeBytes {
      unsafe BlockHeader.read(
        UnsafeRawBufferPointer(rebasing: $0[done..<min(done + most, $0.count)]))
    }
  }

  /// Goes to the next place where a header may start; false where the bytes end before one.
  private mutating func search(from start: Int) -> Bool {
    let found = unsafe buffer.withUnsafeBytes {
      unsafe BlockHeader.search($0, from: start, to: buffer.count)
    }
    skip((found ?? max(start, buffer.count - 15)) - done)
    wanted = BlockHeader.fixedBytes
    return found != nil
  }

  /// Reports the bytes up to here that belong to no block, if there are any.
  private mutating func note(_ items: inout [TraceItem]) {
    guard let gap = lost else { return }
    items.append(
      .damage(
        order.damage(gap.reason, at: gap.from, bytes: offset - gap.from, header: gap.header)))
    lost = nil
  }

  private mutating func skip(_ bytes: Int) {
    done += bytes
    offset += UInt64(bytes)
  }

  private mutating func take(
    _ block: PlacedHeader, _ items: inout [TraceItem]
  ) throws(TraceFileError) {
    let (buffer, done) = (buffer, done)
    let load: BlockDecoder.Load = { (place, target) in
      unsafe buffer.withUnsafeBytes {
        unsafe target.copyMemory(
          from: UnsafeRawBufferPointer(rebasing: $0[(done + place)..<(done + place + target.count)])
        )
      }
    }
    do throws(TraceFileError) {
      if block.header.kind == BlockKind.events.rawValue {
        contents.reserve(for: block.header)
        items.append(
          .events(
            unsafe try decoder.batch(
              block.header, headerBytes: block.headerBytes, offset: block.offset,
              selection: selection, tables: contents.tables, load: load)))
        return
      }
      let news = unsafe try contents.take(
        block.header, headerBytes: block.headerBytes, offset: block.offset, with: &decoder,
        load: load)
      if let item = TraceItem(news) { items.append(item) }
    } catch {
      items.append(.damage(try Damage(error, of: block)))
    }
  }
}

extension TraceItem {
  init?(_ news: TraceContents.News) {
    switch news {
    case .nothing: return nil
    case .preamble(let preamble): self = .preamble(preamble)
    case .types(let types, let first): self = .types(types, first: first)
    case .streams(let streams, let first): self = .streams(streams, first: first)
    case .reading(let reading): self = .reading(reading)
    case .pageFormats(let formats): self = .pageFormats(formats)
    case .rawPages(let pages): self = .rawPages(pages)
    case .watermark(let watermark): self = .watermark(watermark)
    case .losses(let losses): self = .losses(losses)
    case .end(let totals): self = .end(totals)
    }
  }
}

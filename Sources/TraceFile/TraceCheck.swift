internal import Events

/// Verifies every byte of a trace: headers, all parts, padding, and that index and totals say what
/// the blocks say.
enum TraceCheck {
  static func run(
    _ file: TraceBytes, indexed: [PlacedHeader]
  ) throws(TraceFileError) -> [Damage] {
    var decoder = try BlockDecoder()
    var contents = TraceContents()
    var counted = TraceTotals(
      reading: ClockReading(processor: 0, monotonic: 0, realtime: 0, boottime: 0))
    var walk = TraceWalk(file)
    try walk.run { (block) throws(TraceFileError) in
      count(block.header, into: &counted)
      do throws(TraceFileError) {
        try check(block, of: file, &contents, &decoder)
        try checkRest(block, of: file)
        return nil
      } catch {
        return try Damage(error, of: block)
      }
    }
    var damage = walk.damage
    damage += contradictions(walk.blocks, indexed, contents.totals, counted)
    return damage.sorted { $0.offset < $1.offset }
  }

  private static func check(
    _ block: PlacedHeader, of file: TraceBytes, _ contents: inout TraceContents,
    _ decoder: inout BlockDecoder
  ) throws(TraceFileError) {
    try block.header.checkVersion(at: block.offset)
    switch BlockKind(rawValue: block.header.kind) {
    case .events:
      contents.reserve(for: block.header)
      _ = unsafe try decoder.batch(
        block.header, headerBytes: block.headerBytes, offset: block.offset, selection: .all,
        tables: contents.tables
      ) { (place, target) throws(TraceFileError) in
        unsafe try file.fill(target, at: block.offset + UInt64(place))
      }
    case .index, nil: break
    default: try TraceReader.take(block, of: file, into: &contents, &decoder)
    }
    try checkUnread(block, of: file, &decoder)
  }

  /// Opens the parts that no reader looks into.
  private static func checkUnread(
    _ block: PlacedHeader, of file: TraceBytes, _ decoder: inout BlockDecoder
  ) throws(TraceFileError) {
    let parts = block.header.parts
    let alone = parts.count { $0.content == BlockPart.Content.group.rawValue }
    let isEvents = block.header.kind == BlockKind.events.rawValue
    var place = block.headerBytes
    for part in parts {
      defer { place += Int(part.storedBytes) }
      switch BlockPart.Content(rawValue: part.content) {
      case .events? where isEvents, .group? where isEvents: continue
      case .groups? where isEvents && alone < block.header.counts.count: continue
      default: break
      }
      _ = unsafe try decoder.open(part, at: place, of: block.offset) {
        (place, target) throws(TraceFileError) in
        unsafe try file.fill(target, at: block.offset + UInt64(place))
      }
    }
  }

  /// The padding of a block has one form only.
  private static func checkRest(
    _ block: PlacedHeader, of file: TraceBytes
  ) throws(TraceFileError) {
    let padding = Int(block.header.padding)
    guard padding > 0 else { return }
    var expected: [UInt8] = []
    expected.append(littleEndian: BlockHeader.paddingFrame)
    expected.append(littleEndian: UInt32(padding - 8))
    expected.append(contentsOf: repeatElement(0, count: padding - 8))
    let place = block.offset + block.header.length - UInt64(padding)
    guard try file.bytes(at: place, count: padding) == expected else {
      throw .damaged(offset: block.offset, .malformed(field: "padding"))
    }
  }

  private static func count(_ header: BlockHeader, into totals: inout TraceTotals) {
    if header.kind == BlockKind.events.rawValue { totals.events += UInt64(header.events) }
    for loss in header.losses {
      if let count = loss.count {
        totals.lost =
          totals.lost.addingReportingOverflow(count).overflow ? .max : totals.lost + count
      } else {
        totals.uncountedLosses += 1
      }
    }
    if header.kind != BlockKind.index.rawValue, header.kind != BlockKind.end.rawValue {
      totals.blocks += 1
    }
  }

  private static func contradictions(
    _ walked: [PlacedHeader], _ indexed: [PlacedHeader], _ totals: TraceTotals?,
    _ counted: TraceTotals
  ) -> [Damage] {
    guard let totals, let end = walked.last else { return [] }
    var damage: [Damage] = []
    if totals.events != counted.events || totals.lost != counted.lost
      || totals.uncountedLosses != counted.uncountedLosses || totals.blocks != counted.blocks
    {
      damage.append(
        Damage(offset: end.offset, bytes: end.header.length, reason: .malformed(field: "totals")))
    }
    let kept = walked.filter { $0.header.kind != BlockKind.index.rawValue }
    let listed = indexed.filter { $0.header.kind != BlockKind.index.rawValue }
    let agrees =
      kept.count == listed.count
      && zip(kept, listed).allSatisfy {
        $0.offset == $1.offset
          && BlockSummary($0.header, offset: 0) == BlockSummary($1.header, offset: 0)
          && $0.header.parts == $1.header.parts
      }
    if !agrees {
      damage.append(
        Damage(offset: end.offset, bytes: 0, reason: .malformed(field: "index")))
    }
    return damage
  }
}

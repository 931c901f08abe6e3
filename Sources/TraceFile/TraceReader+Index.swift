extension TraceReader {
  /// The blocks as the index at the end lists them, nil where there is none that can be believed;
  /// then `damage` says what is wrong with it, if anything is.
  static func indexed(
    _ file: TraceBytes, _ decoder: inout BlockDecoder, _ damage: inout [Damage]
  ) throws(TraceFileError) -> [PlacedHeader]? {
    guard let end = try end(of: file) else { return nil }
    var indexOffset: UInt64 = 0
    var placed: [PlacedHeader] = []
    do throws(TraceFileError) {
      _ = try totals(of: end, file, &decoder, index: &indexOffset)
      var offset = indexOffset
      var next: UInt64 = 0
      while offset < end.offset {
        guard let block = try header(at: offset, of: file),
          block.header.kind == BlockKind.index.rawValue,
          block.header.identifier == end.header.identifier,
          block.header.length <= end.offset - offset
        else { throw .damaged(offset: offset, .malformed(field: "index")) }
        try block.header.checkVersion(at: offset)
        let record = unsafe try decoder.record(
          of: block.header, headerBytes: block.headerBytes, offset: offset
        ) { (place, target) throws(TraceFileError) in
          unsafe try file.fill(target, at: block.offset + UInt64(place))
        }
        guard let entries = unsafe TraceIndex.entries(record) else {
          throw .damaged(offset: offset, .malformed(field: "index entry"))
        }
        for entry in entries {
          // Blocks lie without gaps, or the index leaves something out.
          guard entry.offset == next, entry.header.identifier == end.header.identifier,
            entry.header.length <= indexOffset - next
          else { throw .damaged(offset: offset, .malformed(field: "index entry")) }
          next += entry.header.length
        }
        placed += entries
        offset += block.header.length
      }
      guard next == indexOffset else {
        throw .damaged(offset: indexOffset, .malformed(field: "index"))
      }
    } catch {
      guard case .damaged(let offset, let reason) = error else { throw error }
      damage.append(Damage(offset: offset, bytes: 0, reason: reason))
      return nil
    }
    placed.append(end)
    return placed
  }

  private static func totals(
    of end: PlacedHeader, _ file: TraceBytes, _ decoder: inout BlockDecoder, index: inout UInt64
  ) throws(TraceFileError) -> TraceTotals {
    let record = unsafe try decoder.record(
      of: end.header, headerBytes: end.headerBytes, offset: end.offset
    ) { (place, target) throws(TraceFileError) in
      unsafe try file.fill(target, at: end.offset + UInt64(place))
    }
    do throws(Malformation) {
      let totals = try unsafe TraceTotals(record, index: &index)
      guard index <= end.offset else { throw Malformation("index offset") }
      return totals
    } catch {
      throw .damaged(offset: end.offset, .malformed(field: error.field))
    }
  }

  /// The end block, found by the last bytes of the file.
  private static func end(of file: TraceBytes) throws(TraceFileError) -> PlacedHeader? {
    let size = TraceTotals.trailerBytes
    guard file.count >= UInt64(size) else { return nil }
    let trailer = try file.bytes(at: file.count - UInt64(size), count: size)
    let (length, magic) = unsafe trailer.withUnsafeBytes { bytes in
      var cursor = unsafe ByteCursor(bytes)
      return (cursor.next(UInt64.self), cursor.next(UInt64.self))
    }
    guard magic == TraceTotals.magic, length <= TraceTotals.longestBlock, length <= file.count,
      let block = try header(at: file.count - length, of: file),
      block.header.kind == BlockKind.end.rawValue, block.header.length == length,
      block.header.version <= Preamble.currentVersion
    else { return nil }
    return block
  }

  private static func header(
    at offset: UInt64, of file: TraceBytes
  ) throws(TraceFileError) -> PlacedHeader? {
    var wanted = 1 << 12
    while true {
      let bytes = try file.bytes(at: offset, count: wanted)
      let reading = unsafe bytes.withUnsafeBytes { unsafe BlockHeader.read($0) }
      switch reading {
      case .whole(let header, let headerBytes):
        return PlacedHeader(header: header, headerBytes: headerBytes, offset: offset)
      case .needs(let more, _) where bytes.count == wanted: wanted = more
      default: return nil
      }
    }
  }
}

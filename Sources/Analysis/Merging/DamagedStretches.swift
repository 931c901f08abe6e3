package import Events
package import TraceFile

extension OpenTrace {
  /// What is known from opening alone.
  var damagedStretches: [Loss] { losses(of: reader.damage) }

  /// Where blocks are missing that damage took from the file: of each stream, from the last block
  /// before the place to the first one behind it.
  ///
  /// What is not there because the trace ends within a block is none of them: it may still come.
  ///
  /// Blocks of a stream follow each other in time; whose the missing ones are is not known, unless
  /// a header is left.
  package func losses(of damage: [Damage]) -> [Loss] {
    damage.flatMap { damage -> [Loss] in
      if damage.reason == .cut { return [] }
      if let block = damage.block, block.kind == .events {
        let others = tables.streams.indices.map { StreamID(UInt32($0)) }
        return block.losses(unlessKnownOf: others.filter { !tables.stream($0).isMachine })
      }
      guard case .missingBlocks = damage.reason else { return [] }
      return tables.streams.indices.compactMap { number in
        gap(of: StreamID(UInt32(number)), at: damage.offset)
      }
    }
  }

  /// Nil for streams of the machine's readings, and for those that have no events around.
  private func gap(of stream: StreamID, at offset: UInt64) -> Loss? {
    if tables.stream(stream).isMachine { return nil }
    let own = reader.blocks.filter {
      $0.kind == .events && $0.events > 0 && $0.streams.contains(stream)
    }
    let before = own.filter { $0.offset < offset }.map(\.last).max()
    let after = own.filter { $0.offset >= offset }.map(\.first).min()
    guard let first = before ?? after, let last = after ?? before else { return nil }
    return Loss(
      stream: stream, reason: .damaged, count: nil, first: min(first, last),
      last: max(first, last))
  }
}

extension BlockSummary {
  /// Its events as losses of its streams: it cannot be read.
  ///
  /// Where its header is not whole they may be any stream's of `others`.
  func losses(unlessKnownOf others: [StreamID] = []) -> [Loss] {
    guard events > 0 else { return [] }
    return (streams.isEmpty ? others : streams).map { stream in
      Loss(
        stream: stream, reason: .damaged, count: streams.count == 1 ? UInt64(events) : nil,
        first: first, last: last)
    }
  }
}

/// Where blocks are missing of a trace that arrives: of each stream, from the last block that came
/// before to the next one.
struct DamageOnTheWay {
  private var last: [StreamID: UInt64] = [:]
  private var since: [StreamID: UInt64] = [:]

  /// What is lost at a place, as far as a header tells; the rest is known with the next blocks.
  mutating func take(_ damage: Damage) -> [Loss] {
    if damage.reason == .cut { return [] }
    if let block = damage.block, block.kind == .events {
      return block.losses(unlessKnownOf: last.keys.sorted { $0.index < $1.index })
    }
    if case .missingBlocks = damage.reason { since.merge(last) { first, _ in first } }
    return []
  }

  /// What was lost before a batch of a place where blocks are missing.
  mutating func take(_ batch: Batch, _ tables: TraceTables) -> [Loss] {
    guard let first = batch.times.first, let end = batch.times.last else { return [] }
    var losses: [Loss] = []
    for stream in batch.streams.isEmpty ? [batch.stream] : Array(Set(batch.streams)) {
      if tables.stream(stream).isMachine { continue }
      if let start = since.removeValue(forKey: stream) {
        losses.append(
          Loss(
            stream: stream, reason: .damaged, count: nil, first: min(start, first), last: first))
      }
      last[stream] = max(last[stream] ?? 0, end)
    }
    return losses
  }
}

extension EventStream? {
  fileprivate var isMachine: Bool {
    if case .machine = self?.source { true } else { false }
  }
}

internal import TraceFile

extension TraceContents {
  /// What is damaged beside blocks of events: `event types`, `index`; each once, in the file's order.
  var damagedParts: [String] {
    var seen: Set<String> = []
    return damage.compactMap(\.part).filter { seen.insert($0).inserted }
  }

  /// Whether damage may have taken events that nobody could count.
  var mayLackEvents: Bool { damage.contains(where: \.mayTakeEvents) }

  /// How many events are lost, in a few words.
  var lostWords: String {
    if lost > 0 { return (lostMore || mayLackEvents ? "more than " : "") + Figure.count(lost) }
    return lostMore || mayLackEvents ? "events, not counted" : "0"
  }
}

extension Damage {
  fileprivate var mayTakeEvents: Bool {
    if reason == .cut { return false }
    guard let block else { return isMissing || bytes > 0 }
    switch block.kind {
    case .preamble, .reading, .watermark, .index, .end: return false
    default: return true
    }
  }

  private var isMissing: Bool {
    if case .missingBlocks = reason { true } else { false }
  }

  /// The part of the file that is damaged; nil of events, which are losses in their place.
  fileprivate var part: String? {
    if reason == .cut { return nil }
    guard let block else {
      if case .missingBlocks(let count) = reason {
        return "\(Figure.count(count, "block")) missing"
      }
      // The index is the one block that is looked for from the end, and nothing is left out with it.
      return offset == 0 ? "preamble" : bytes > 0 ? "bytes of no block" : "index"
    }
    return switch block.kind {
    case .events: nil
    case .preamble: "preamble"
    case .types: "event types"
    case .streams: "streams"
    case .reading: "readings of the clocks"
    case .pageFormats: "formats of pages"
    case .rawPages: "undecoded pages"
    case .watermark: "watermark"
    case .losses: "counts of lost events"
    case .index: "index"
    case .end: "end"
    case nil: "block of an unknown kind"
    }
  }
}

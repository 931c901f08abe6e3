internal import CSwtrace
internal import Events

/// How far the recorder has come in one chunk.
struct ChunkProgress {
  /// Sequence that `consumed` belongs to; nil before the chunk was met.
  var sequence: UInt32?
  /// Records below this offset have been taken.
  var consumed = 0
  /// CLOCK_MONOTONIC since when the walk has stood at `consumed`, 0 while it moves.
  var stuckSince: UInt64 = 0
  /// Ticks of the last record that was taken.
  var lastTime: UInt64 = 0
  /// Everything in it was taken; after a stop it is not given back but taken away.
  var isDrained = false
}

/// An extent of a program's file that belongs to the session.
struct ExtentProgress {
  var word: UInt32
  let chunkSize: Int
  var chunks: [ChunkProgress]
  /// Chunks that have been backed, of extents that are provisioned bit by bit.
  var backed: Int

  /// Takes an extent's word apart; nil where it says nothing that can be.
  init?(word: UInt32) {
    let sizeClass = swtrace_extent_class(word)
    guard sizeClass < UInt32(SWTRACE_CLASSES) else { return nil }
    self.word = word
    chunkSize = Int(swtrace_class_size(sizeClass))
    let count = Int(SWTRACE_EXTENT_SIZE) / chunkSize
    chunks = [ChunkProgress](repeating: ChunkProgress(), count: count)
    backed = count
  }
}

/// A record that its thread had not completed when the records behind it were taken.
struct OpenRecord {
  var extent: Int
  var chunk: Int
  var sequence: UInt32
  var offset: Int
  var size: Int
  var base: UInt64
  var thread: ThreadNumber
  /// Ticks of the record before it.
  var after: UInt64
  /// CLOCK_MONOTONIC at which it was stepped over.
  var since: UInt64
  var mark = OpenMark.record
  /// Number of its chunk among the thread's.
  var order: UInt32
  /// The chunk was given back around it: another thread may have claimed the rest.
  var isEnclosed = false
}

/// The first line and the second of a chunk's header, as they were copied.
struct ChunkHeader {
  var word: UInt32
  var position: Int
  var end: Int
  var base: UInt64
  var thread: ThreadNumber
  var first: Int
  var order: UInt32

  var state: UInt32 { word & 7 }
  var sequence: UInt32 { word >> 3 }
  /// Where records end.
  var limit: Int { min(position, end) }

  /// Reads a header that belongs to slot `slot` in its generation; nil where a word cannot be.
  init?(
    _ arena: borrowing CopyArena, at place: Int, chunkSize: Int, slot: Int, generation: UInt32
  ) {
    func half(_ offset: Int) -> UInt32 {
      let word = arena.word(at: place + offset & ~7)
      return UInt32(truncatingIfNeeded: offset & 4 == 0 ? word : word >> 32)
    }
    word = half(0)
    position = Int(half(ChunkOffset.position))
    end = Int(half(ChunkOffset.end))
    base = arena.word(at: place + ChunkOffset.base)
    thread = ThreadNumber(bitPattern: half(ChunkOffset.tid))
    first = Int(half(ChunkOffset.first))
    order = half(ChunkOffset.order)
    let top = Int(SWTRACE_CHUNK_HEADER)
    guard half(ChunkOffset.magic) == SWTRACE_CHUNK_MAGIC, half(ChunkOffset.slot) == UInt32(slot),
      half(ChunkOffset.generation) == generation,
      first >= top, first <= end, end <= chunkSize, position >= first, first % 8 == 0,
      position % 8 == 0, end % 8 == 0
    else { return nil }
  }
}

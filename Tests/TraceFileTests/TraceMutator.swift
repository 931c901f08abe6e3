import SyntheticTrace

@testable import TraceFile

/// Makes traces that are wrong in one to four places, most of them behind checksums that are right.
struct TraceMutator {
  private static let edges: [UInt64] = [
    0, 1, 2, 7, 8, 111, 112, 255, 256, 4095, 65535, 65536, 1 << 24, 1 << 26, 1 << 27, 1 << 31 - 1,
    1 << 31, 1 << 32 - 1, 1 << 32, 1 << 63 - 1, 1 << 63, .max - 7, .max,
  ]
  /// Where a header's fixed fields lie, and how wide they are.
  private static let fields = [
    (0, 4), (4, 4), (16, 8), (40, 2), (42, 2), (44, 4), (48, 8), (56, 8), (64, 8), (72, 8), (80, 8),
    (88, 4), (92, 4), (96, 4), (100, 4), (104, 4), (108, 4),
  ]

  private let blocks: [LooseBlock]
  private let whole: [[UInt8]]
  private var random: SeededGenerator

  init(_ bytes: [UInt8], seed: UInt64) {
    blocks = LooseBlock.all(bytes)
    whole = blocks.map { $0.bytes() }
    random = SeededGenerator(seed: seed)
  }

  mutating func next() -> [UInt8] {
    var pieces = whole
    var isTruncated = false
    for _ in 0...random.below(4) {
      let number = random.below(pieces.count)
      switch random.below(14) {
      case 0..<5: pieces[number] = withContent(random.below(blocks.count))
      case 5: pieces[number] = withFrame(random.below(blocks.count))
      case 6, 7: changeField(&pieces[number])
      case 8, 9: changeTable(&pieces[number])
      case 10: splice(&pieces)
      case 11: blank(&pieces[number])
      case 12: flip(&pieces[number])
      default: isTruncated = true
      }
    }
    let bytes = pieces.flatMap { $0 }
    return isTruncated ? Array(bytes.prefix(random.below(bytes.count + 1))) : bytes
  }

  /// A block of whose parts one holds something else.
  private mutating func withContent(_ number: Int) -> [UInt8] {
    var block = blocks[number]
    guard !block.frames.isEmpty else { return block.bytes() }
    let part = random.below(block.frames.count)
    var content = block.content(part)
    for _ in 0...random.below(3) { change(&content) }
    block.replace(part, content)
    if random.once(in: 8) { block.header.parts[part].content = UInt16(random.below(5)) }
    if random.once(in: 8) { block.header.parts[part].group = UInt32(random.below(20)) }
    return block.bytes()
  }

  /// A block with a part in whose frame something is wrong.
  private mutating func withFrame(_ number: Int) -> [UInt8] {
    var block = blocks[number]
    guard !block.frames.isEmpty else { return block.bytes() }
    let part = random.below(block.frames.count)
    var frame = block.frames[part]
    change(&frame)
    block.replace(part, frame: frame)
    if random.once(in: 2) {
      block.header.parts[part].rawBytes = UInt32(truncatingIfNeeded: edge(0))
    }
    return block.bytes()
  }

  private mutating func changeField(_ block: inout [UInt8]) {
    guard block.count >= BlockHeader.fixedBytes else { return }
    let (place, width) = TraceMutator.fields[random.below(TraceMutator.fields.count)]
    overwrite(&block, at: place, width: width)
    if !random.once(in: 8) { BlockHeader.seal(&block) }
  }

  private mutating func changeTable(_ block: inout [UInt8]) {
    guard block.count > BlockHeader.fixedBytes + 8 else { return }
    let headerBytes = Int(PlainBytes.number(block, at: 4, 4)) + 8
    guard headerBytes > BlockHeader.fixedBytes, headerBytes <= block.count else { return }
    let width = [1, 2, 4, 8][random.below(4)]
    let entries = (headerBytes - BlockHeader.fixedBytes) / width
    let place = BlockHeader.fixedBytes + width * random.below(entries)
    overwrite(&block, at: place, width: width)
    if !random.once(in: 8) { LooseBlock.seal(&block, headerBytes: headerBytes) }
  }

  private mutating func splice(_ pieces: inout [[UInt8]]) {
    let (from, to) = (random.below(pieces.count), random.below(pieces.count))
    switch random.below(5) {
    case 0: pieces.swapAt(from, to)
    case 1: pieces.insert(pieces[from], at: to)
    case 2 where pieces.count > 1: pieces.remove(at: from)
    case 3: pieces[to].insert(contentsOf: pieces[from], at: random.below(pieces[to].count + 1))
    default: pieces[from] = Array(pieces[from].prefix(random.below(pieces[from].count + 1)))
    }
  }

  /// What a disk that lost a page gives back.
  private mutating func blank(_ block: inout [UInt8]) {
    guard !block.isEmpty else { return }
    let start = random.below(block.count)
    for place in start..<min(block.count, start + 512) { block[place] = 0 }
  }

  private mutating func flip(_ block: inout [UInt8]) {
    guard !block.isEmpty else { return }
    for _ in 0...random.below(4) {
      block[random.below(block.count)] ^= 1 << UInt8(random.below(8))
    }
  }

  private mutating func change(_ bytes: inout [UInt8]) {
    guard !bytes.isEmpty else { return bytes.append(0) }
    let place = random.below(random.once(in: 2) ? min(bytes.count, 48) : bytes.count)
    switch random.below(8) {
    case 0..<4: overwrite(&bytes, at: place, width: [1, 2, 4, 8][random.below(4)])
    case 4: bytes[place] = UInt8(random.below(6))
    case 5: bytes.removeSubrange(place..<min(bytes.count, place + 1 + random.below(16)))
    case 6:
      let inserted = (0..<random.below(24)).map { _ in UInt8(random.below(256)) }
      bytes.insert(contentsOf: inserted, at: place)
    default: bytes += bytes[place...].prefix(200)
    }
  }

  private mutating func overwrite(_ bytes: inout [UInt8], at place: Int, width: Int) {
    guard place + width <= bytes.count else { return }
    let number = edge(PlainBytes.number(bytes, at: place, width))
    for position in 0..<width {
      bytes[place + position] = UInt8(truncatingIfNeeded: number >> UInt64(8 * position))
    }
  }

  /// A number at which something may break, or one near the one that was there.
  private mutating func edge(_ before: UInt64) -> UInt64 {
    switch random.below(4) {
    case 0: before &+ [1, 8, .max, .max - 7][random.below(4)]
    case 1: before ^ 1 << UInt64(random.below(64))
    default: TraceMutator.edges[random.below(TraceMutator.edges.count)]
    }
  }
}

extension PlainBytes {
  static func number(_ bytes: [UInt8], at place: Int, _ width: Int) -> UInt64 {
    (0..<width).reduce(0) { $0 | UInt64(bytes[place + $1]) << UInt64(8 * $1) }
  }
}

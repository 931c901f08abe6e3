import CZstd
import Events

@testable import TraceFile

/// A block taken apart, to be put together with something changed.
struct LooseBlock {
  var header: BlockHeader
  /// What stands behind the tables, of a length that is a multiple of 8.
  var growth: [UInt8] = []
  /// The parts as they stand in the file.
  var frames: [[UInt8]]

  init(_ placed: PlacedHeader, of bytes: [UInt8]) {
    header = placed.header
    frames = []
    var place = Int(placed.offset) + placed.headerBytes
    for part in header.parts {
      frames.append(Array(bytes[place..<(place + Int(part.storedBytes))]))
      place += Int(part.storedBytes)
    }
  }

  /// A trace's blocks.
  static func all(_ bytes: [UInt8]) -> [LooseBlock] {
    SmallTraces.headers(bytes).map { LooseBlock($0, of: bytes) }
  }

  var kind: BlockKind? { BlockKind(rawValue: header.kind) }

  /// A part's content, empty where zstd does not take it.
  func content(_ part: Int) -> [UInt8] {
    let frame = frames[part]
    guard header.parts[part].coding == BlockPart.Coding.zstd.rawValue else {
      return Array(frame.dropFirst(8))
    }
    let count = Int(header.parts[part].rawBytes)
    return unsafe [UInt8](unsafeUninitializedCapacity: count) { content, filled in
      let got = unsafe ZSTD_decompress(content.baseAddress, content.count, frame, frame.count)
      filled = ZSTD_isError(got) == 0 ? got : 0
    }
  }

  /// Gives a part another content, which is stored.
  mutating func replace(_ part: Int, _ content: [UInt8]) {
    var frame: [UInt8] = []
    frame.append(littleEndian: BlockHeader.storedFrame)
    frame.append(littleEndian: UInt32(content.count))
    frame += content
    header.parts[part].coding = BlockPart.Coding.stored.rawValue
    header.parts[part].rawBytes = UInt32(content.count)
    replace(part, frame: frame)
  }

  /// Puts other bytes in a part's place, with their checksum.
  mutating func replace(_ part: Int, frame: [UInt8]) {
    frames[part] = frame
    header.parts[part].storedBytes = UInt32(frame.count)
    header.parts[part].checksum = unsafe frame.withUnsafeBytes { unsafe Checksum.of($0) }
  }

  mutating func append(content: UInt16, _ bytes: [UInt8]) {
    header.parts.append(
      BlockPart(content: content, coding: 0, storedBytes: 0, rawBytes: 0, checksum: 0))
    frames.append([])
    replace(frames.count - 1, bytes)
  }

  /// The block with lengths and checksums that are right.
  func bytes() -> [UInt8] {
    var header = header
    let payload = frames.reduce(0) { $0 + $1.count }
    let over = payload % 8
    header.padding = over == 0 ? 0 : UInt32(16 - over)
    header.length = UInt64(header.headerBytes + growth.count + payload) + UInt64(header.padding)
    var bytes = header.bytes()
    if !growth.isEmpty {
      bytes += growth
      bytes.overwrite(UInt32(bytes.count - 8), at: 4)
      LooseBlock.seal(&bytes, headerBytes: bytes.count)
    }
    for frame in frames { bytes += frame }
    if header.padding > 0 {
      bytes.append(littleEndian: BlockHeader.paddingFrame)
      bytes.append(littleEndian: header.padding - 8)
      bytes += [UInt8](repeating: 0, count: Int(header.padding) - 8)
    }
    return bytes
  }

  /// Computes both checksums of the header at the start of `block` anew.
  static func seal(_ block: inout [UInt8], headerBytes: Int) {
    let tables = unsafe block.withUnsafeBytes {
      unsafe Checksum.of(
        UnsafeRawBufferPointer(rebasing: $0[BlockHeader.fixedBytes..<headerBytes]))
    }
    block.overwrite(tables, at: 36)
    BlockHeader.seal(&block)
  }
}

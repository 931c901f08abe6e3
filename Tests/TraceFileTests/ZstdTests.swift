import CZstd
import Events
import Glibc
import SyntheticTrace
import Testing

@testable import TraceFile

/// What zstd thinks of traces, and what traces do not take from zstd.
@Suite struct ZstdTests {
  private static let hasZstd = unsafe system("command -v zstd >/dev/null") == 0

  @Test(.enabled(if: hasZstd, "needs the zstd command"))
  func `zstd -t accepts a trace`() throws {
    for isCut in [false, true] {
      let (bytes, _) = try SmallTraces.make(rounds: 2, events: 300, isCut: isCut)
      let file = ScratchFile(bytes)
      #expect(unsafe system("zstd -q -t <'\(file.path)' >/dev/null 2>&1") == 0)
      file.truncate(to: bytes.count - 9)
      #expect(unsafe system("zstd -q -t <'\(file.path)' >/dev/null 2>&1") != 0)
    }
  }

  struct Refused: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let frame: [UInt8]
    let rawBytes: Int
    var reason: Damage.Reason = .compression
  }

  private static let content = (0..<5000).map { UInt8(truncatingIfNeeded: $0 / 9) }

  private static let refused: [Refused] = {
    let frame = compressed(content)
    let half = compressed(Array(content[..<2500]))
    let skipped: [UInt8] = [0x50, 0x2A, 0x4D, 0x18, 4, 0, 0, 0, 1, 2, 3, 4]
    let sum = compressed(content, ZSTD_c_checksumFlag, 1)
    return [
      Refused(
        testDescription: "a frame that says 16 GiB in a part of a few bytes",
        frame: bomb(contentSize: 1 << 34), rawBytes: 4096),
      Refused(
        testDescription: "a frame that says 4 KiB and holds 64 MiB",
        frame: bomb(contentSize: 4096), rawBytes: 4096),
      Refused(
        testDescription: "a frame that says 64 MiB and holds 4 KiB",
        frame: Array(bomb(contentSize: 1 << 26).dropLast(2048)), rawBytes: 1 << 26),
      Refused(
        testDescription: "a window of 2 GiB", frame: windowed(content, exponent: 31),
        rawBytes: content.count),
      Refused(
        testDescription: "a window of 256 MiB", frame: windowed(content, exponent: 28),
        rawBytes: content.count),
      Refused(
        testDescription: "one byte more than declared", frame: frame, rawBytes: content.count - 1),
      Refused(
        testDescription: "one byte less than declared", frame: frame, rawBytes: content.count + 1),
      Refused(
        testDescription: "no content size", frame: compressed(content, ZSTD_c_contentSizeFlag, 0),
        rawBytes: content.count),
      Refused(
        testDescription: "a dictionary that nobody has",
        frame: [0x28, 0xB5, 0x2F, 0xFD, 0x23, 0x78, 0x56, 0x34, 0x12, 2, 17, 0, 0, 65, 66],
        rawBytes: 2),
      Refused(
        testDescription: "a frame in front that is skipped", frame: skipped + frame,
        rawBytes: content.count),
      Refused(
        testDescription: "a frame behind that is skipped", frame: frame + skipped,
        rawBytes: content.count),
      Refused(
        testDescription: "two frames that are as long together", frame: half + half,
        rawBytes: content.count),
      Refused(
        testDescription: "zeros behind the frame", frame: frame + [0, 0], rawBytes: content.count),
      Refused(
        testDescription: "a wrong checksum within the frame",
        frame: sum.dropLast() + [sum[sum.count - 1] ^ 1], rawBytes: content.count),
      Refused(
        testDescription: "half a frame", frame: Array(frame[..<(frame.count / 2)]),
        rawBytes: content.count),
      Refused(testDescription: "a frame that is skipped", frame: skipped, rawBytes: 0),
      Refused(testDescription: "nothing", frame: [], rawBytes: 0),
    ]
  }()

  @Test(arguments: refused)
  func `refuses a part with`(part: Refused) async throws {
    let whole = ZstdTests.windowed(ZstdTests.content, exponent: 27)
    let isWhole = try ZstdTests.read(whole, ZstdTests.content.count) == ZstdTests.content
    #expect(isWhole)
    let isTaken = try ZstdTests.read(part.frame, part.rawBytes) != nil
    #expect(!isTaken)
  }

  /// All in a process of its own, so that its memory is that of these parts alone.
  @Test func `takes no memory for what it refuses`() async throws {
    await #expect(processExitsWith: .success) {
      let before = PeakMemory.kibibytes
      for part in ZstdTests.refused {
        guard try ZstdTests.read(part.frame, part.rawBytes) == nil else { exit(2) }
      }
      // A part's content may take 64 MiB, and no more.
      guard PeakMemory.kibibytes - before < 80 << 10 else { exit(3) }
    }
  }

  /// What a decoder takes this frame for, as a part of so many bytes; nil where it refuses it.
  private static func read(_ frame: [UInt8], _ rawBytes: Int) throws -> [UInt8]? {
    var decoder = try BlockDecoder()
    let checksum = unsafe frame.withUnsafeBytes { unsafe Checksum.of($0) }
    let part = BlockPart(
      content: 0, coding: BlockPart.Coding.zstd.rawValue, storedBytes: UInt32(frame.count),
      rawBytes: UInt32(rawBytes), checksum: checksum)
    do throws(TraceFileError) {
      let read = try unsafe decoder.open(part, at: 0, of: 0) { (_, target) in
        unsafe target.copyBytes(from: frame)
      }
      return unsafe Array(read)
    } catch {
      guard error == .damaged(offset: 0, .compression) else { throw error }
      return nil
    }
  }

  private static func compressed(
    _ content: [UInt8], _ parameter: ZSTD_cParameter? = nil, _ value: Int32 = 0
  ) -> [UInt8] {
    guard let context = unsafe ZSTD_createCCtx() else { return [] }
    defer { unsafe ZSTD_freeCCtx(context) }
    if let parameter { _ = unsafe ZSTD_CCtx_setParameter(context, parameter, value) }
    return unsafe [UInt8](unsafeUninitializedCapacity: ZSTD_compressBound(content.count)) {
      (buffer, filled) in
      filled = unsafe ZSTD_compress2(
        context, buffer.baseAddress, buffer.count, content, content.count)
    }
  }

  /// A frame of the content with a window of 2^exponent bytes: the content's blocks behind a header
  /// made by hand.
  private static func windowed(_ content: [UInt8], exponent: UInt8) -> [UInt8] {
    // Magic, a content size of 4 bytes and no single segment, window, size, one raw block.
    var frame: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD, 0x80, (exponent - 10) << 3]
    frame.append(littleEndian: UInt32(content.count))
    let block = UInt32(content.count) << 3 | 1
    frame += [UInt8(block & 255), UInt8(block >> 8 & 255), UInt8(block >> 16)]
    return frame + content
  }

  /// 512 blocks of 128 KiB of one byte, behind a header that says what it likes.
  private static func bomb(contentSize: UInt64) -> [UInt8] {
    var frame: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD, 0xC0, (20 - 10) << 3]
    frame.append(littleEndian: contentSize)
    for block in 1...512 as ClosedRange<UInt32> {
      let header = (1 << 17) << 3 | 1 << 1 | (block == 512 ? 1 : 0)
      frame += [UInt8(header & 255), UInt8(header >> 8 & 255), UInt8(header >> 16), 7]
    }
    return frame
  }
}

internal import CLinux
package import Events
internal import Glibc

/// What a recorder says of itself: who, since when, what it does, how far it is.
///
/// ```
///   0  u64 magic   u32 version   u32 mode
///  16  u64 session, high   u64 low
///  32  i32 process   u32 its user   u32 the trace's owner   u32 0
///  48  u64 CLOCK_REALTIME at the start
///  56  u64 events   u64 lost   u64 bytes   u64 CLOCK_MONOTONIC of these     written again and again
///  88  u64 bytes of the ring, 0 where there is none
///  96  name, 64 bytes, ends with a zero
/// 160  u64 processor, monotonic, realtime and boottime at the start
/// 192  path of the trace, to the end of 2,048 bytes, ends with a zero
/// ```
package struct RecorderStatus: Hashable, Sendable {
  /// What a recording is made of.
  package struct Mode: OptionSet, Hashable, Sendable {
    package let rawValue: UInt32
    package init(rawValue: UInt32) { self.rawValue = rawValue }

    package static let kernel = Mode(rawValue: 1)
    package static let markers = Mode(rawValue: 2)
    package static let flightRecorder = Mode(rawValue: 4)
    package static let rotating = Mode(rawValue: 8)
    package static let detached = Mode(rawValue: 16)
  }

  package var name: String
  package var identifier: SessionIdentifier
  package var process: ProcessNumber
  package var user: UInt32
  package var owner: UInt32
  package var mode: Mode
  /// CLOCK_REALTIME in nanoseconds.
  package var created: UInt64
  package var events: UInt64 = 0
  package var lost: UInt64 = 0
  package var bytes: UInt64 = 0
  /// CLOCK_MONOTONIC at which the counts were written down.
  package var updated: UInt64 = 0
  package var ringBytes: UInt64
  /// All clocks at the start: what a killed recorder left is converted with them.
  package var reading: ClockReading
  /// Absolute path of the trace; empty where it goes to a pipe or stays in memory.
  package var output: String

  static let magic: UInt64 = 0x3163_6572_7074_7753  // "Swtprec1"
  static let size = 2048
  static let countsOffset = 56
  private static let version: UInt32 = 1
  private static let nameOffset = 96
  private static let readingOffset = 160
  private static let outputOffset = 192

  package init(
    name: String, mode: Mode, owner: UInt32, ringBytes: UInt64 = 0, output: String
  ) {
    self.name = name
    identifier = SessionIdentifier.random()
    process = getpid()
    user = geteuid()
    self.owner = owner
    self.mode = mode
    created = swtrace_linux_nanoseconds(CLOCK_REALTIME)
    self.ringBytes = ringBytes
    self.output = output
    var clocks = [UInt64](repeating: 0, count: 4)
    unsafe swtrace_linux_read_clocks(&clocks)
    reading = ClockReading(
      processor: clocks[0], monotonic: clocks[1], realtime: clocks[2], boottime: clocks[3])
  }

  /// nil where the bytes are no recorder's.
  init?(_ bytes: [UInt8]) {
    guard bytes.count == Self.size, bytes.number(at: 0, bytes: 8) == Self.magic,
      bytes.number(at: 8, bytes: 4) == UInt64(Self.version)
    else { return nil }
    func text(_ range: Range<Int>) -> String {
      String(decoding: bytes[range].prefix { $0 != 0 }, as: UTF8.self)
    }
    mode = Mode(rawValue: UInt32(bytes.number(at: 12, bytes: 4)))
    identifier = SessionIdentifier(
      high: bytes.number(at: 16, bytes: 8), low: bytes.number(at: 24, bytes: 8))
    process = ProcessNumber(truncatingIfNeeded: bytes.number(at: 32, bytes: 4))
    user = UInt32(bytes.number(at: 36, bytes: 4))
    owner = UInt32(bytes.number(at: 40, bytes: 4))
    created = bytes.number(at: 48, bytes: 8)
    events = bytes.number(at: 56, bytes: 8)
    lost = bytes.number(at: 64, bytes: 8)
    self.bytes = bytes.number(at: 72, bytes: 8)
    updated = bytes.number(at: 80, bytes: 8)
    ringBytes = bytes.number(at: 88, bytes: 8)
    reading = ClockReading(
      processor: bytes.number(at: 160, bytes: 8), monotonic: bytes.number(at: 168, bytes: 8),
      realtime: bytes.number(at: 176, bytes: 8), boottime: bytes.number(at: 184, bytes: 8))
    name = text(Self.nameOffset..<Self.nameOffset + 64)
    output = text(Self.outputOffset..<Self.size)
  }

  var counts: [UInt8] {
    var counted: [UInt8] = []
    for number in [events, lost, bytes, updated] { counted.append(littleEndian: number) }
    return counted
  }

  var encoded: [UInt8] {
    var text: [UInt8] = []
    text.append(littleEndian: Self.magic)
    text.append(littleEndian: Self.version)
    text.append(littleEndian: mode.rawValue)
    text.append(littleEndian: identifier.high)
    text.append(littleEndian: identifier.low)
    text.append(littleEndian: process)
    for word in [user, owner, 0] { text.append(littleEndian: word) }
    text.append(littleEndian: created)
    text.append(contentsOf: counts)
    text.append(littleEndian: ringBytes)
    text.append(contentsOf: name.utf8.prefix(63))
    text.append(contentsOf: repeatElement(0, count: Self.readingOffset - text.count))
    for ticks in [reading.processor, reading.monotonic, reading.realtime, reading.boottime] {
      text.append(littleEndian: ticks)
    }
    text.append(contentsOf: output.utf8.prefix(Self.size - Self.outputOffset - 1))
    text.append(contentsOf: repeatElement(0, count: Self.size - text.count))
    return text
  }
}

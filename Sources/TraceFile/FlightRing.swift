internal import CZstd
internal import Events
internal import Glibc

/// The newest blocks of a trace in a file of fixed size, which lies in memory and survives its writer.
///
/// ```
///  0       u64 magic  u64 version  u64 capacity  u64 identifier, high  u64 low
///  40      u64 tail  u64 head                          where the oldest block begins, the newest ends
///  56      u64 blocks  u64 events  u64 lost  u64 bytes           that fell out, and losses with them
///  4096    capacity bytes: byte n of the sequence stands at n % capacity
/// ```
/// `tail` moves before a block is written over, `head` after a block is whole: whoever reads the file
/// of a writer that was killed finds blocks and nothing else between them. The blocks are those of a
/// trace, addressed to the trace beside it that holds the types and streams.
package struct FlightRing: ~Copyable {
  static let magic: UInt64 = 0x3167_6e72_7074_7753  // "Swtprng1"
  static let version: UInt64 = 1
  static let start = 4096

  /// What fell out of a ring.
  package struct FellOut: Hashable, Sendable {
    package var blocks: UInt64 = 0
    package var events: UInt64 = 0
    /// Losses that were told by what fell out.
    package var lost: UInt64 = 0
    package var bytes: UInt64 = 0

    package init() {}

    mutating func add(_ block: Held) {
      blocks += 1
      events += block.events
      lost = lost.addingReportingOverflow(block.lost).partialValue
      bytes += block.bytes
    }
  }

  /// A block of a ring.
  struct Held: Sendable {
    var bytes: UInt64
    var events: UInt64
    var lost: UInt64
    var first: UInt64
  }

  private let descriptor: Int32
  private let identifier: TraceIdentifier
  package let capacity: UInt64
  private var tail: UInt64 = 0
  private var head: UInt64 = 0
  private var held: [Held] = []
  /// Where the oldest of `held` is; what lies before it has fallen out.
  private var oldest = 0
  package private(set) var fellOut = FellOut()
  package private(set) var eventsHeld: UInt64 = 0

  /// A ring in an empty file, whose memory is taken at once: later there might be none.
  package init(
    descriptor: Int32, capacity: UInt64, identifier: TraceIdentifier
  ) throws(TraceFileError) {
    self.descriptor = descriptor
    self.capacity = capacity
    self.identifier = identifier
    let number = posix_fallocate(descriptor, 0, Int(clamping: capacity) + Self.start)
    guard number == 0 else { throw .cannotWrite(offset: 0, errno: number) }
    try writeHeader()
  }

  private func writeHeader() throws(TraceFileError) {
    var header: [UInt8] = []
    for number in [
      Self.magic, Self.version, capacity, identifier.high, identifier.low, tail, head,
      fellOut.blocks, fellOut.events, fellOut.lost, fellOut.bytes,
    ] {
      header.append(littleEndian: number)
    }
    try write(header[...], at: 0)
  }

  private func write(_ bytes: ArraySlice<UInt8>, at offset: Int) throws(TraceFileError) {
    let number = unsafe bytes.withUnsafeBytes { unsafe write($0, at: offset) }
    if number != 0 { throw .cannotWrite(offset: UInt64(offset), errno: number) }
  }

  /// Writes everything; 0 or an errno.
  private func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) -> Int32 {
    var done = 0
    while done < bytes.count {
      let wrote = unsafe pwrite(
        descriptor, bytes.baseAddress.map { unsafe $0 + done }, bytes.count - done, offset + done)
      if wrote < 0, errno == EINTR { continue }
      guard wrote > 0 else { return wrote < 0 ? errno : ENOSPC }
      done += wrote
    }
    return 0
  }

  /// Puts a block behind the newest one; the oldest fall out for it.
  mutating func append(
    _ block: [UInt8], events: UInt64, losses: [Loss], first: UInt64
  ) throws(TraceFileError) {
    let size = UInt64(block.count)
    guard size <= capacity else { throw .tooLarge(.bytesOfBlock, value: size) }
    if head - tail + size > capacity {
      while head - tail + size > capacity, oldest < held.count {
        let old = held[oldest]
        oldest += 1
        tail += old.bytes
        fellOut.add(old)
        eventsHeld -= old.events
      }
      if oldest > 1024, oldest * 2 > held.count {
        held.removeFirst(oldest)
        oldest = 0
      }
      try writeHeader()
    }
    let place = Int(head % capacity)
    let whole = min(block.count, Int(capacity) - place)
    try write(block[..<whole], at: Self.start + place)
    if whole < block.count { try write(block[whole...], at: Self.start) }
    head += size
    let lost = losses.reduce(0 as UInt64) { $0.addingReportingOverflow($1.count ?? 0).partialValue }
    held.append(Held(bytes: size, events: events, lost: lost, first: first))
    eventsHeld += events
    try writeHeader()
  }

  /// Bytes of blocks that are held.
  package var bytesHeld: UInt64 { head - tail }

  /// What is held now.
  package func contents() throws(TraceFileError) -> FlightContents {
    var contents = try FlightContents(
      descriptor: descriptor, identifier: identifier, capacity: capacity, tail: tail, head: head,
      fellOut: fellOut)
    contents.blocks = Array(held[oldest...])
    return contents
  }

  /// Adds what has come since a copy was made, although some of it may have fallen out here.
  ///
  /// Where more came than the ring holds, the copy is made anew.
  package func extend(_ contents: inout FlightContents) throws(TraceFileError) {
    guard contents.end < head else { return }
    guard contents.end >= tail else {
      contents = try self.contents()
      return
    }
    let more = try FlightContents(
      descriptor: descriptor, identifier: identifier, capacity: capacity, tail: contents.end,
      head: head, fellOut: fellOut)
    contents.bytes += more.bytes
    var (first, place) = (held.count, head)
    while place > contents.end, first > oldest {
      first -= 1
      place -= held[first].bytes
    }
    contents.blocks += held[first...]
    contents.end = head
  }
}

/// A copy of a ring's blocks, the oldest first.
package struct FlightContents: Sendable {
  package let identifier: TraceIdentifier
  package private(set) var fellOut: FlightRing.FellOut
  fileprivate(set) var bytes: [UInt8]
  /// Its blocks, where they were copied by their writer.
  fileprivate var blocks: [FlightRing.Held] = []
  /// Where in the sequence of all bytes it ends.
  fileprivate var end: UInt64

  init(
    descriptor: Int32, identifier: TraceIdentifier, capacity: UInt64, tail: UInt64, head: UInt64,
    fellOut: FlightRing.FellOut
  ) throws(TraceFileError) {
    self.identifier = identifier
    self.fellOut = fellOut
    end = head
    var failure: TraceFileError?
    let count = Int(head - tail)
    bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      let target = UnsafeMutableRawBufferPointer(buffer)
      while initialized < count {
        let place = Int((tail + UInt64(initialized)) % capacity)
        let whole = min(count - initialized, Int(capacity) - place)
        let got = unsafe pread(
          descriptor, target.baseAddress.map { unsafe $0 + initialized }, whole,
          FlightRing.start + place)
        if got < 0, errno == EINTR { continue }
        guard got > 0 else {
          failure = .cannotRead(offset: UInt64(place), errno: got < 0 ? errno : EIO)
          return
        }
        initialized += got
      }
    }
    if let failure { throw failure }
  }

  /// Keeps of the newest blocks those that fit, and at least one; the others count as fallen out.
  package mutating func keep(newest most: UInt64) {
    var (left, count) = (UInt64(bytes.count), 0)
    for block in blocks.dropLast() where left > most {
      left -= block.bytes
      fellOut.add(block)
      count += 1
    }
    blocks.removeFirst(count)
    bytes.removeFirst(bytes.count - Int(left))
  }

  /// The ring in a file that its writer left.
  package init(path: String) throws(TraceFileError) {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
    guard descriptor >= 0 else { throw .cannotOpen(path: path, errno: errno) }
    defer { close(descriptor) }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw .notRegularFile(path: path)
    }
    var header = [UInt8](repeating: 0, count: 88)
    guard unsafe pread(descriptor, &header, header.count, 0) == header.count else {
      throw .notATrace
    }
    let numbers = unsafe header.withUnsafeBytes { bytes in
      var cursor = unsafe ByteCursor(bytes)
      return (0..<11).map { _ in cursor.next(UInt64.self) }
    }
    guard numbers[0] == FlightRing.magic, numbers[1] == FlightRing.version else {
      throw .notATrace
    }
    let (capacity, tail, head) = (numbers[2], numbers[5], numbers[6])
    guard capacity > 0, capacity <= UInt64(clamping: status.st_size), head >= tail,
      head - tail <= capacity
    else { throw .damaged(offset: 16, .malformed(field: "ring")) }
    var fellOut = FlightRing.FellOut()
    (fellOut.blocks, fellOut.events) = (numbers[7], numbers[8])
    (fellOut.lost, fellOut.bytes) = (numbers[9], numbers[10])
    try self.init(
      descriptor: descriptor, identifier: TraceIdentifier(high: numbers[3], low: numbers[4]),
      capacity: capacity, tail: tail, head: head, fellOut: fellOut)
  }
}

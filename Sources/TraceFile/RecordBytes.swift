internal import Events

/// Texts and times as records hold them: u32 length and UTF-8; four u64.
extension PartBytes {
  mutating func append(text: String) {
    var text = text
    append(UInt32(truncatingIfNeeded: text.utf8.count))
    text.withUTF8 { unsafe append(UnsafeRawBufferPointer($0)) }
  }

  mutating func append(reading: ClockReading) {
    append(reading.processor)
    append(reading.monotonic)
    append(reading.realtime)
    append(reading.boottime)
  }

  /// Appends an entry that states its own length, so that later versions can lengthen it.
  mutating func appendEntry(_ write: (inout PartBytes) -> Void) {
    let start = count
    append(UInt32(0))
    write(&self)
    overwrite(UInt32(truncatingIfNeeded: count - start), at: start)
  }
}

extension ByteCursor {
  mutating func text() -> String {
    let length = Int(next(UInt32.self))
    guard let bytes = unsafe run(length) else { return "" }
    return unsafe String(decoding: bytes, as: UTF8.self)
  }

  mutating func reading() -> ClockReading {
    ClockReading(
      processor: next(UInt64.self), monotonic: next(UInt64.self), realtime: next(UInt64.self),
      boottime: next(UInt64.self))
  }

  /// The bytes of the entry that is next, without its length.
  mutating func entry() throws(Malformation) -> UnsafeRawBufferPointer {
    let length = Int(next(UInt32.self))
    guard length >= 4, let bytes = unsafe run(length - 4) else { throw Malformation("entry bytes") }
    return unsafe bytes
  }
}

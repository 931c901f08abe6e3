internal import Events

/// ```
/// u32  version 1
/// u32  bytes of a page, offset of commit, bytes of a long, offset of the data
/// u32  type number of undecoded records
/// u32  number of formats; of each:
///      u32  type number
///      u32  length of the system's name, its UTF-8
///      u32  length of the format text, its UTF-8
/// ```
extension PageFormats {
  private static let version: UInt32 = 1

  /// Everything as bytes, to stand in a trace before pages that are kept as they are.
  package var encoded: [UInt8] {
    var bytes: [UInt8] = []
    let header = [
      layout.pageBytes, layout.commitOffset, layout.longBytes, layout.dataOffset,
      Int(undecoded.index), formats.count,
    ]
    bytes.append(littleEndian: Self.version)
    for number in header { bytes.append(littleEndian: UInt32(truncatingIfNeeded: number)) }
    for (format, type) in zip(formats, types) {
      bytes.append(littleEndian: type.index)
      for text in [format.type.system, format.text] {
        bytes.append(littleEndian: UInt32(truncatingIfNeeded: text.utf8.count))
        bytes.append(contentsOf: text.utf8)
      }
    }
    return bytes
  }

  package init(decoding bytes: RawSpan) throws(KernelTracingError) {
    var offset = 0
    guard try Self.number(bytes, &offset) == Int(Self.version) else {
      throw .malformed(path: Self.place, line: 0)
    }
    let layout = try PageLayout(
      pageBytes: Self.number(bytes, &offset), commitOffset: Self.number(bytes, &offset),
      longBytes: Self.number(bytes, &offset), dataOffset: Self.number(bytes, &offset))
    guard let layout else { throw .malformed(path: Self.place, line: 0) }
    let undecoded = EventTypeID(UInt32(try Self.number(bytes, &offset)))
    let count = try Self.number(bytes, &offset)
    guard count <= Self.mostFormats else { throw .malformed(path: Self.place, line: 0) }
    var formats: [(KernelEventFormat, EventTypeID)] = []
    for _ in 0..<count {
      let type = EventTypeID(UInt32(try Self.number(bytes, &offset)))
      let system = try Self.text(bytes, &offset)
      let text = try Self.text(bytes, &offset)
      formats.append(
        (
          try KernelEventFormat(
            parsing: text, system: system, longBytes: layout.longBytes, path: Self.place), type
        ))
    }
    self.init(layout: layout, formats: formats, undecoded: undecoded)
  }

  private static var place: String { "page formats" }

  private static func number(
    _ bytes: RawSpan, _ offset: inout Int
  ) throws(KernelTracingError) -> Int {
    guard let number = bytes.load(UInt32.self, at: offset) else {
      throw .malformed(path: place, line: 0)
    }
    offset += 4
    return Int(number)
  }

  private static func text(
    _ bytes: RawSpan, _ offset: inout Int
  ) throws(KernelTracingError) -> String {
    let length = try number(bytes, &offset)
    guard length <= bytes.byteCount - offset else { throw .malformed(path: place, line: 0) }
    defer { offset += length }
    return unsafe bytes.extracting(offset..<offset + length).withUnsafeBytes {
      unsafe String(decoding: $0, as: UTF8.self)
    }
  }
}

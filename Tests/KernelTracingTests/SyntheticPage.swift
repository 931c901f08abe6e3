import Events

@testable import KernelTracing

/// A ring-buffer page in the making.
struct SyntheticPage {
  var layout: PageLayout
  private var time: UInt64
  private var data: [UInt8] = []

  init(_ layout: PageLayout, time: UInt64) {
    self.layout = layout
    self.time = time
  }

  var used: Int { data.count }

  mutating func append(_ record: [UInt8], delta: UInt32 = 1) {
    var record = record
    record.append(contentsOf: repeatElement(0, count: -record.count & 3))
    if record.count <= 112, !record.isEmpty {
      word(UInt32(record.count / 4), delta)
    } else {
      word(0, delta)
      data.append(littleEndian: UInt32(record.count + 4))
    }
    data.append(contentsOf: record)
  }

  mutating func appendTimeExtend(_ delta: UInt64) {
    word(30, UInt32(delta & 0x7ff_ffff))
    data.append(littleEndian: UInt32(delta >> 27))
  }

  mutating func appendStamp(_ time: UInt64) {
    word(31, UInt32(time & 0x7ff_ffff))
    data.append(littleEndian: UInt32(truncatingIfNeeded: time >> 27))
  }

  /// A discarded event with `bytes` of data.
  mutating func appendDiscarded(_ bytes: Int, delta: UInt32) {
    word(29, delta)
    data.append(littleEndian: UInt32(bytes + 4))
    data.append(contentsOf: repeatElement(0xee, count: bytes))
  }

  /// Padding up to the page's end.
  mutating func appendEnd() { word(29, 0) }

  mutating func word(_ typeLength: UInt32, _ delta: UInt32) {
    data.append(littleEndian: typeLength | delta << 5)
  }

  func bytes(missed: PageOutcome.Missed = .none) -> [UInt8] {
    var page: [UInt8] = []
    page.append(littleEndian: time)
    var commit = UInt64(data.count)
    var count: UInt64?
    switch missed {
    case .none: break
    case .uncounted: commit &+= 0xffff_ffff_8000_0000
    case .counted(let missed):
      count = missed
      commit &+= 0xffff_ffff_8000_0000 &+ 1 << 30
    }
    if layout.longBytes == 8 {
      page.append(littleEndian: commit)
    } else {
      page.append(littleEndian: UInt32(truncatingIfNeeded: commit))
    }
    page.append(contentsOf: repeatElement(0, count: layout.dataOffset - page.count))
    page.append(contentsOf: data)
    if let count {
      if layout.longBytes == 8 {
        page.append(littleEndian: count)
      } else {
        page.append(littleEndian: UInt32(truncatingIfNeeded: count))
      }
    }
    page.append(contentsOf: repeatElement(0, count: max(0, layout.pageBytes - page.count)))
    return page
  }
}

extension [UInt8] {
  /// The start of every record: type, flags, preempt count, thread.
  static func record(_ id: UInt16, thread: Int32 = 42) -> [UInt8] {
    var record: [UInt8] = []
    record.append(littleEndian: id)
    record.append(contentsOf: [1, 2])
    record.append(littleEndian: thread)
    return record
  }

  func adding(_ number: some FixedWidthInteger) -> [UInt8] {
    var bytes = self
    bytes.append(littleEndian: number)
    return bytes
  }

  func adding(_ text: String) -> [UInt8] { self + Array(text.utf8) }
}

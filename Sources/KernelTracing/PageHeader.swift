internal import Events

/// The header of a ring-buffer page, checked against the page's size.
struct PageHeader {
  static let missedEvents: UInt64 = 1 << 31
  static let missedCountStored: UInt64 = 1 << 30
  static let usedMask: UInt64 = 0xfffff

  var time: UInt64
  /// Where the events end, from the page's start.
  var end: Int
  var missed: PageOutcome.Missed
  /// The page has less data than it claims.
  var isCut: Bool

  init(_ page: RawSpan, _ layout: PageLayout) throws(PageOutcome.Damage) {
    guard page.byteCount >= layout.dataOffset, let time = page.load(UInt64.self, at: 0),
      let commit = Self.long(page, at: layout.commitOffset, layout)
    else { throw .shortHeader }
    guard Self.isPlausible(commit) else {
      let swapped = commit.byteSwapped >> UInt64(64 - 8 * layout.longBytes)
      throw Self.isPlausible(swapped) ? .bigEndian : .notAPage
    }
    self.time = time
    let used = Int(commit & Self.usedMask)
    isCut = used > page.byteCount - layout.dataOffset
    end = isCut ? page.byteCount : layout.dataOffset + used
    missed = .none
    if commit & Self.missedEvents != 0 {
      missed = .uncounted
      if commit & Self.missedCountStored != 0, !isCut, let count = Self.long(page, at: end, layout)
      {
        missed = .counted(count)
      }
    }
  }

  /// Bit 31 was added as a signed number: the upper half is all zeros or all ones.
  private static func isPlausible(_ commit: UInt64) -> Bool {
    let unused: UInt64 = 0x3ff0_0000
    let upper = commit >> 32
    return commit & unused == 0 && (upper == 0 || upper == 0xffff_ffff)
  }

  private static func long(_ page: RawSpan, at offset: Int, _ layout: PageLayout) -> UInt64? {
    if layout.longBytes == 8 { return page.load(UInt64.self, at: offset) }
    return page.load(UInt32.self, at: offset).map(UInt64.init)
  }
}

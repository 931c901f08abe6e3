/// What became of a page.
package struct PageOutcome: Hashable, Sendable {
  /// What made a page, or the rest of it, unreadable.
  package enum Damage: Error, Hashable, Sendable {
    /// The page ends within its header.
    case shortHeader
    /// Its header is no page's.
    case notAPage
    /// Its header is that of a big-endian machine's page; those are not decoded.
    case bigEndian
    /// It claims more data than it has; what it has is decoded.
    case shortData
    /// An event reaches beyond the data; the place counts from the start of the page.
    case event(offset: Int)
  }

  /// Events that were missed between this page and the one before.
  package enum Missed: Hashable, Sendable {
    case none
    case counted(UInt64)
    /// Some; the page had no room for their count.
    case uncounted
  }

  package var events = 0
  package var missed = Missed.none
  package var damage: Damage?
}

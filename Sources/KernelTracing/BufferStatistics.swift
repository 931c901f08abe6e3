/// A CPU's buffer as its `stats` file counts it.
package struct BufferStatistics: Hashable, Sendable {
  /// Events that wait to be read.
  package var entries: UInt64 = 0
  /// Events that were overwritten before they were read.
  package var overrun: UInt64 = 0
  /// Events that came while no sub-buffer could be taken, nested too deep.
  package var commitOverrun: UInt64 = 0
  package var bytes: UInt64 = 0
  /// Events that were not taken because overwriting was off.
  package var dropped: UInt64 = 0
  /// Events that were read or are in pages that were handed out.
  package var read: UInt64 = 0

  package init() {}

  init(parsing text: String) {
    for line in text.split(separator: "\n") {
      guard let colon = line.lastIndex(of: ":"),
        let value = UInt64(line[line.index(after: colon)...].drop { $0 == " " })
      else { continue }
      switch line[..<colon] {
      case "entries": entries = value
      case "overrun": overrun = value
      case "commit overrun": commitOverrun = value
      case "bytes": bytes = value
      case "dropped events": dropped = value
      case "read events": read = value
      default: break
      }
    }
  }
}

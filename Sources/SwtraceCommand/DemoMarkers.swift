internal import Swtrace

/// What the demo's program tells about itself.
enum DemoMarkers {
  static let request = SpanMarker1<UInt64>("demo", "request", "id")
  static let update = SpanMarker1<UInt64>("demo", "update", "id")
  static let journalWrite = SpanMarker2<UInt64, Int>("demo", "journal_write", "id", "bytes")
  static let queueDepth = CounterMarker<Int>("demo", "queue_depth")
}

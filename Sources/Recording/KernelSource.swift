internal import Events
internal import KernelTracing

/// A kernel buffer of one CPU as its encoder sees it; used by that thread alone.
final class KernelSource: @unchecked Sendable {
  let drain: KernelDrain
  let stream: StreamID
  let clock: ClockKind
  let formats: PageFormats
  /// Reference tick up to which the source's events have been taken, not yet written.
  var pendingComplete: UInt64 = 0
  /// Events decoded so far, and pages of which a part could not be.
  private(set) var decodedEvents: UInt64 = 0
  private(set) var damagedPages: UInt64 = 0
  private var decoder: PageDecoder

  init(drain: KernelDrain, stream: StreamID, clock: ClockKind, formats: PageFormats) {
    self.drain = drain
    self.stream = stream
    self.clock = clock
    self.formats = formats
    decoder = PageDecoder(formats, stream: stream)
  }

  var count: Int { decoder.count }
  var lastTime: UInt64 { decoder.lastTime }

  func decode(_ page: RawSpan) {
    let outcome = decoder.decode(page)
    decodedEvents += UInt64(outcome.events)
    if outcome.damage != nil { damagedPages += 1 }
  }

  func takeBatch() -> Batch? { decoder.takeBatch() }

  /// Pages up to this tick went another way.
  func skip(to tick: UInt64) {
    decoder.lastTime = tick
  }
}

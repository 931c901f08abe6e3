internal import Events
internal import KernelTracing
internal import TraceFile

/// Kernel pages that the recorder left in the trace as they were.
enum LatePages {
  /// Events that a batch is made of at least, where there are so many.
  private static let batchEvents = 8192

  /// The events in `pages`, by the page formats that stand before them in the trace; nil where the
  /// formats cannot be understood.
  static func decode(_ pages: RawPages, _ formats: [UInt8]) -> [Batch]? {
    guard let formats = try? unsafe PageFormats(decoding: formats.span.bytes) else { return nil }
    let pageBytes = formats.layout.pageBytes
    guard pageBytes > 0 else { return nil }
    var decoder = PageDecoder(formats, stream: pages.stream)
    decoder.lastTime = pages.first
    var batches: [Batch] = []
    var offset = 0
    while offset < pages.bytes.count {
      let end = min(offset + pageBytes, pages.bytes.count)
      _ = unsafe decoder.decode(pages.bytes.span.bytes.extracting(offset..<end))
      offset = end
      if decoder.count >= batchEvents, let batch = decoder.takeBatch() { batches.append(batch) }
    }
    if let batch = decoder.takeBatch() { batches.append(batch) }
    if !pages.losses.isEmpty {
      if batches.isEmpty { batches.append(Batch(stream: pages.stream)) }
      batches[0].losses = pages.losses + batches[0].losses
    }
    return batches
  }
}

/// A run of raw kernel pages of one CPU on their way from a drain thread to an encoder.
///
/// Handed from thread to thread, never shared: whoever holds it owns the memory.
@safe final class PageSlab: @unchecked Sendable {
  static let capacity = 256 << 10

  let memory: UnsafeMutableRawBufferPointer
  /// Which drained buffer the pages come from.
  var source = 0
  /// Bytes that each page takes in `memory`.
  var pageBytes = 0
  var pages = 0
  /// Everything of the source up to this reference tick is in this slab or before it; 0 unknown.
  var completeThrough: UInt64 = 0

  /// Reference tick at which the slab was handed over.
  var takenAt: UInt64 = 0

  init() {
    unsafe memory = UnsafeMutableRawBufferPointer.allocate(
      byteCount: PageSlab.capacity, alignment: 4096)
  }

  deinit {
    unsafe memory.deallocate()
  }

  var hasRoom: Bool { (pages + 1) * pageBytes <= PageSlab.capacity }

  func reset(source: Int, pageBytes: Int) {
    self.source = source
    self.pageBytes = pageBytes
    pages = 0
    completeThrough = 0
  }
}

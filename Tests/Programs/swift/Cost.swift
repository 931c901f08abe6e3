internal import CSwtrace
internal import Glibc
internal import Swtrace
internal import SwtraceMarkers

private enum Trace {
  static let off = Marker2<Int, Int>("nobody", "off", "i", "n")
  static let offText = Marker2<Int, String>("nobody", "off_text", "i", "text")
  static let integers = Marker2<Int, Int>("cost", "integers", "i", "n")
  static let text = Marker3<Int, Int, String>("cost", "text", "i", "n", "text")
  static let span = SpanMarker1<Int>("cost", "span", "i")
  #marker<Int, Int>("nobody", "off_placed", "i", "n")
  #marker<Int, Int>("cost", "placed", "i", "n")
}

/// What the loops below must not be able to see through.
nonisolated(unsafe) private var sink: UInt64 = 0
nonisolated(unsafe) private var variable = "twenty-one characters"

private enum Loop: String, CaseIterable {
  case clock = "clock"
  case off = "off"
  case offText = "off, text"
  case offPlaced = "off, placed"
  case integers = "two integers"
  case placed = "two integers, placed"
  case text = "two integers, text of 21"
  case constantText = "two integers, constant text of 21"
  case span = "span, begin and end"

  @inline(never)
  func run(_ count: Int) {
    switch self {
    case .clock:
      for _ in 0..<count { unsafe sink = swtrace_ticks() }
    case .off:
      for i in 0..<count { Trace.off.emit(i, count) }
    case .offText:
      let text = unsafe variable
      for i in 0..<count { Trace.offText.emit(i, text) }
    case .offPlaced:
      for i in 0..<count { Trace.offPlaced.emit(i, count) }
    case .integers:
      for i in 0..<count { Trace.integers.emit(i, count) }
    case .placed:
      for i in 0..<count { Trace.placed.emit(i, count) }
    case .text:
      let text = unsafe variable
      for i in 0..<count { Trace.text.emit(i, count, text) }
    case .constantText:
      for i in 0..<count { Trace.text.emit(i, count, "twenty-one characters") }
    case .span:
      for i in 0..<count { Trace.span.span(i) {} }
    }
  }

  var isOff: Bool { self == .off || self == .offText || self == .offPlaced }
}

/// The process's own file, and the part of its recorder that this program plays: full chunks are
/// zeroed and given back.
@safe
private struct OwnFile {
  let start: UnsafeMutableRawPointer

  /// Maps the file that the runtime keeps, found among this process's mappings.
  init?() {
    guard let maps = unsafe fopen("/proc/self/maps", "r") else { return nil }
    defer { unsafe fclose(maps) }
    var line = [CChar](repeating: 0, count: 4096)
    while unsafe fgets(&line, 4096, maps) != nil {
      let text = String(
        decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
      let parts = text.split(separator: " ")
      let isOwn = text.contains("/process-") || text.contains("swtrace-process")
      guard isOwn, let from = parts.first?.split(separator: "-").first,
        let address = UInt(from, radix: 16),
        let start = unsafe UnsafeMutableRawPointer(bitPattern: address)
      else { continue }
      unsafe self.start = start
      return
    }
    return nil
  }

  private var registry: swtrace_registry { unsafe start.load(as: swtrace_registry.self) }

  /// Returns the losses counted so far.
  func recycle() -> UInt64 {
    let registry = registry
    let words = unsafe start.advanced(by: Int(registry.extents_offset))
      .assumingMemoryBound(to: UInt32.self)
    let free = unsafe start.advanced(by: Int(registry.free_offset))
      .assumingMemoryBound(to: UInt32.self)
    let slot = unsafe start.advanced(by: Int(registry.slots_offset))
      .assumingMemoryBound(to: swtrace_slot.self)
    for extent in 0..<Int(registry.extent_count) where unsafe words[extent] != 0 {
      let size = unsafe Int(swtrace_class_size(swtrace_extent_class(words[extent])))
      for index in 0..<Int(SWTRACE_EXTENT_SIZE) / size {
        let place = unsafe start.advanced(
          by: Int(registry.chunks_offset) + extent * Int(SWTRACE_EXTENT_SIZE) + index * size)
        let chunk = unsafe place.assumingMemoryBound(to: swtrace_chunk.self)
        let word = unsafe chunk.pointee.state
        guard Int32(word & 7) == SWTRACE_CHUNK_FULL || Int32(word & 7) == SWTRACE_CHUNK_DEAD
        else { continue }
        unsafe memset(place, 0, size)
        unsafe chunk.pointee.magic = UInt32(SWTRACE_CHUNK_MAGIC)
        unsafe chunk.pointee.position = UInt32(SWTRACE_CHUNK_HEADER)
        unsafe chunk.pointee.end = UInt32(size)
        unsafe swtrace_store_release_u32(&chunk.pointee.state, word & ~7)
        _ = unsafe swtrace_or_u32(free + extent * 2 + index / 32, 1 << UInt32(index % 32))
        _ = unsafe swtrace_add_u32(&slot.pointee.supply, 1)
      }
    }
    let notes = unsafe start.advanced(by: Int(registry.notes_offset))
      .assumingMemoryBound(to: swtrace_note.self)
    return unsafe (0..<Int(registry.note_count)).reduce(slot.pointee.lost) {
      unsafe $0 + notes[$1].count
    }
  }
}

private func now() -> Double {
  var time = timespec()
  unsafe clock_gettime(CLOCK_MONOTONIC, &time)
  return Double(time.tv_sec) * 1e9 + Double(time.tv_nsec)
}

/// Prints ns per event, medians of `rounds` bursts of `burst` events.
///
/// They are all kept, in chunks that were in use before. To be run with SWTRACE_RECORD=cost:* and a large SWTRACE_BUFFER.
func cost(burst: Int, rounds: Int) {
  Loop.integers.run(burst)
  guard let file = OwnFile() else { return print("SWTRACE_RECORD arms nothing here") }
  var times: [[Double]] = Array(repeating: [], count: Loop.allCases.count)
  var pairs: [[Double]] = Array(repeating: [], count: Loop.allCases.count)
  for _ in 0..<4 { Loop.integers.run(burst) }
  let lost = file.recycle()
  for _ in 0..<rounds {
    for (index, loop) in Loop.allCases.enumerated() {
      let count = loop.isOff ? burst * 10 : burst
      _ = file.recycle()
      let start = now()
      loop.run(count)
      times[index].append((now() - start) / Double(count))
      guard loop == .clock || loop == .integers else { continue }
      _ = file.recycle()
      pairs[index].append(onTwoThreads(loop, burst))
    }
  }
  let bare = median(times[0])
  for (index, loop) in Loop.allCases.enumerated() {
    show(loop.rawValue, median(times[index]), bare)
    if !pairs[index].isEmpty { show("\(loop.rawValue), 2 threads", median(pairs[index]), bare) }
  }
  print("lost while measured \(file.recycle() - lost) events")
}

private func onTwoThreads(_ loop: Loop, _ burst: Int) -> Double {
  nonisolated(unsafe) var barrier = pthread_barrier_t()
  unsafe pthread_barrier_init(&barrier, nil, 2)
  nonisolated(unsafe) let results = UnsafeMutablePointer<Double>.allocate(capacity: 2)
  defer { unsafe results.deallocate() }
  onThreads(2) { thread in
    loop.run(burst / 2)  // the thread has its place and its size of chunks
    unsafe pthread_barrier_wait(&barrier)
    let start = now()
    loop.run(burst)
    unsafe results[thread - 1] = (now() - start) / Double(burst)
    unsafe pthread_barrier_wait(&barrier)
  }
  return unsafe (results[0] + results[1]) / 2
}

private func median(_ times: [Double]) -> Double {
  times.sorted()[times.count / 2]
}

private func show(_ what: String, _ time: Double, _ clock: Double) {
  func rounded(_ value: Double) -> Double { (value * 100).rounded() / 100 }
  print("\(what) \(rounded(time)) ns, \(rounded(time / clock)) of the clock")
}

internal import CLinux
internal import CSwtrace
internal import Events
internal import Glibc

extension TracedProgram {
  /// Backs `count` bytes of the file from `offset` on with memory.
  ///
  /// Returns 0 or an errno.
  func allocate(_ offset: UInt64, _ count: Int) -> Int32 {
    while true {
      if fallocate(offset, count) == 0 { return 0 }
      if errno != EINTR { return errno }
    }
  }

  private func fallocate(_ offset: UInt64, _ count: Int) -> Int32 {
    swtrace_linux_allocate(file.descriptor, offset, UInt64(count))
  }

  /// Bytes that the program should have free: what it fills in three visits, and a first measure.
  func wantedBytes(first: Int) -> Int {
    // Where nothing was left, nobody knows how much more would have been written.
    let need = foundFree * 8 < filled ? 8 * filled : 3 * filled
    return max(first, min(need, 64 << 20))
  }

  /// The size class of chunks that suits how fast the program's threads fill them.
  var wantedClass: Int {
    let each = filled / max(writingChunks, 1)
    return each > 512 << 10 ? 3 : each > 96 << 10 ? 2 : each > 16 << 10 ? 1 : 0
  }

  /// Backs chunks ahead of the program's need: at most `limit` bytes.
  ///
  /// Returns an errno where there was no memory. Only under the lock, with a fresh control copy.
  func provision(first: Int, limit: Int) throws(ProgramTracingError) -> Int32 {
    let wanted = wantedBytes(first: first)
    var missing = min(wanted - freeBytes, limit)
    if freeChunks < writingChunks {
      missing = min(max(missing, (writingChunks - freeChunks) * 4096), limit)
    }
    guard missing >= 4096 else { return 0 }
    var supplied = false
    defer {
      if supplied { _ = mapping.apply(.add(1), at: layout.slot(slot) + SlotOffset.supply) }
    }
    let sizeClass = wantedClass
    while missing >= 4096 {
      let size = Int(swtrace_class_size(UInt32(sizeClass)))
      if size > missing, sizeClass > 0 { break }
      let (number, bytes) = try supply(sizeClass, atMost: missing)
      if number != 0 { return number }
      if bytes == 0 { break }
      supplied = true
      missing -= bytes
    }
    return 0
  }

  /// Backs chunks of one extent: one that was begun, or a new one.
  ///
  /// Returns how many bytes.
  private func supply(
    _ sizeClass: Int, atMost limit: Int
  ) throws(ProgramTracingError) -> (errno: Int32, bytes: Int) {
    let size = Int(swtrace_class_size(UInt32(sizeClass)))
    let index: Int
    if let begun = extents.first(where: {
      $0.value.backed < $0.value.chunks.count && $0.value.chunkSize == size
    }) {
      index = begun.key
    } else {
      guard
        let unused = (0..<layout.ownFirst).first(where: {
          controlWord(layout.extentWord($0)) == 0 && extents[$0] == nil
        })
      else { return (0, 0) }
      let word = swtrace_extent_word(UInt32(slot), UInt32(sizeClass), generation & 0xffff)
      guard var progress = ExtentProgress(word: word) else { return (0, 0) }
      progress.backed = 0
      extents[unused] = progress
      index = unused
    }
    guard var progress = extents[index] else { return (0, 0) }
    let first = progress.backed
    let count = min(progress.chunks.count - first, max(1, limit / size))
    let place = layout.extent(index) + UInt64(first * size)
    let number = allocate(place, count * size)
    guard number == 0 else {
      if first == 0 { extents[index] = nil }
      return (number, 0)
    }
    provisioned += count * size
    for chunk in 0..<count {
      try writeFreeHeader(
        at: place + UInt64(chunk * size), from: Int(SWTRACE_CHUNK_HEADER), to: size, state: 0)
    }
    if first == 0 {
      var bytes: [UInt8] = []
      bytes.append(littleEndian: progress.word)
      try write(bytes, at: layout.extentWord(index), "extent")
    }
    for chunk in first..<first + count {
      try apply(
        .setBit(UInt32(chunk % 32)), at: layout.freeWord(index, chunk: chunk), "free chunks")
    }
    for bit in UInt32(12)..<31 where (count * size) >> Int(bit) & 1 != 0 {
      try apply(.addShifted(bit), at: layout.slot(slot) + SlotOffset.backed, "slot backed")
    }
    progress.backed = first + count
    extents[index] = progress
    freeBytes += count * size
    freeChunks += count
    return (0, count * size)
  }

  /// Writes the header of a chunk that nobody has: all of it, or all but its state.
  func writeFreeHeader(
    at place: UInt64, from position: Int, to end: Int, state: UInt32?
  ) throws(ProgramTracingError) {
    var header: [UInt8] = []
    header.append(littleEndian: state ?? 0)
    header.append(littleEndian: UInt32(position))
    header.append(littleEndian: UInt32(end))
    header.append(contentsOf: [UInt8](repeating: 0, count: 52))
    header.append(littleEndian: SWTRACE_CHUNK_MAGIC)
    header.append(contentsOf: [UInt8](repeating: 0, count: 60))
    if state == nil {
      try write(Array(header[4...]), at: place + 4, "chunk")
    } else {
      try write(header, at: place, "chunk")
    }
  }

  /// Gives a chunk back whose records from `position` to `end` were taken: zeroed, then free.
  func giveBack(
    _ extent: Int, _ chunk: Int, size: Int, from position: Int, to end: Int, dirty: Range<Int>
  ) throws(ProgramTracingError) {
    let place = layout.extent(extent) + UInt64(chunk * size)
    if !dirty.isEmpty {
      let number = unsafe Zeroes.bytes.withUnsafeBytes { zeroes in
        unsafe write(
          UnsafeRawBufferPointer(rebasing: zeroes[..<dirty.count]),
          at: place + UInt64(dirty.lowerBound))
      }
      guard number == 0 else { throw .system(call: "pwrite", path: file.path, errno: number) }
    }
    try writeFreeHeader(at: place, from: position, to: end, state: nil)
    try apply(.clear(7), at: place, "chunk state")
    try apply(
      .setBit(UInt32(chunk % 32)), at: layout.freeWord(extent, chunk: chunk), "free chunks")
    try apply(.add(1), at: layout.slot(slot) + SlotOffset.supply, "slot supply")
  }

  /// Takes free chunks away, as a thread of the program would take them, and frees the memory of
  /// extents of which nobody has a chunk any more.
  ///
  /// Returns whether all extents of the slot are gone. Only under the lock, after a stop;
  /// `discarding` chunks that were not read.
  func reclaim(discarding: Bool) throws(ProgramTracingError) -> Bool {
    try readControl()
    var isComplete = true
    for index in 0..<layout.extentCount {
      let word = controlWord(layout.extentWord(index))
      guard isOwn(word) else { continue }
      guard let progress = extents[index] ?? ExtentProgress(word: word) else { continue }
      var isUnused = true
      for chunk in progress.chunks.indices where chunk < progress.backed {
        if isFree(index, chunk) {
          if try !takeAway(index, chunk, size: progress.chunkSize) { isUnused = false }
        } else if discarding {
          let place = layout.extent(index) + UInt64(chunk * progress.chunkSize)
          let header = try file.bytes(at: place, count: Int(SWTRACE_CHUNK_HEADER))
          let state = header.number(at: 0, bytes: 4) & 7
          let isOver = state == UInt64(SWTRACE_CHUNK_FULL) || state == UInt64(SWTRACE_CHUNK_DEAD)
          if !isOver, !header.allSatisfy({ $0 == 0 }) { isUnused = false }
        } else if !progress.chunks[chunk].isDrained {
          isUnused = false
        }
      }
      guard isUnused else {
        isComplete = false
        continue
      }
      try write([0, 0, 0, 0], at: layout.extentWord(index), "extent")
      _ = swtrace_linux_punch_hole(
        file.descriptor, layout.extent(index), RegistryLayout.extentSize)
      extents[index] = nil
    }
    return isComplete
  }
}

extension TracedProgram {
  /// Takes a free chunk as a thread of the program would, for good; false where a thread was first.
  func takeAway(_ extent: Int, _ chunk: Int, size: Int) throws(ProgramTracingError) -> Bool {
    let offset = layout.freeWord(extent, chunk: chunk)
    let bit = UInt32(1) << UInt32(chunk % 32)
    guard let taken = mapping.take(bit, at: offset, expecting: controlWord(offset)) else {
      throw malformed("free chunks", offset)
    }
    guard taken != 0 else { return false }
    let place = layout.extent(extent) + UInt64(chunk * size)
    try apply(.store(UInt32(SWTRACE_CHUNK_DEAD)), at: place, "chunk state")
    return true
  }
}

/// What chunks are zeroed with.
enum Zeroes {
  static let bytes = [UInt8](repeating: 0, count: Int(SWTRACE_EXTENT_SIZE))
}

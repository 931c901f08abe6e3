internal import Glibc

/// Memory into which chunks are copied before they are looked at; one for all programs.
@safe
struct CopyArena: ~Copyable {
  let address: UnsafeMutableRawPointer
  let size: Int
  /// Bytes that hold copies whose records are not in a batch yet.
  var used = 0

  init(size: Int) {
    unsafe address = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 64)
    self.size = size
  }

  deinit {
    unsafe address.deallocate()
  }

  var room: Int { size - used }

  /// Copies bytes of a file behind what is used and returns how many there were.
  func copy(
    _ file: borrowing ConfinedFile, at offset: UInt64, count: Int, place: Int
  ) throws(ProgramTracingError) -> Int {
    precondition(place >= 0 && count >= 0 && count <= size - place)
    return try unsafe file.read(
      into: UnsafeMutableRawBufferPointer(start: address + place, count: count), at: offset)
  }

  func word(at place: Int) -> UInt64 {
    precondition(place >= 0 && place <= size - 8)
    return unsafe address.loadUnaligned(fromByteOffset: place, as: UInt64.self)
  }
}

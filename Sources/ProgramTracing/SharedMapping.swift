internal import CLinux
internal import Glibc

/// The mapping of a program's file, for the words that change while the program runs.
///
/// Nothing is loaded or stored through it by plain instructions: the file may shrink at any moment.
/// Words change by operations that fail softly (shared_memory.h); bytes are read by `pread`.
struct SharedMapping: ~Copyable, Sendable {
  private let address: UInt
  let size: Int

  init(_ file: borrowing ConfinedFile, size: Int) throws(ProgramTracingError) {
    let mapped = unsafe mmap(
      nil, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_NORESERVE, file.descriptor, 0)
    guard let mapped = unsafe mapped, unsafe mapped != MAP_FAILED else {
      throw .system(call: "mmap", path: file.path, errno: errno)
    }
    address = UInt(bitPattern: mapped)
    self.size = size
  }

  deinit {
    unsafe munmap(UnsafeMutableRawPointer(bitPattern: address), size)
  }

  /// What is done to a word.
  enum Operation {
    case setBit(UInt32)
    case clearBit(UInt32)
    /// Clears bits of the lowest twelve.
    case clear(UInt32)
    /// Stores a number below 2,048.
    case store(UInt32)
    case add(UInt32)
    /// Adds a power of two.
    case addShifted(UInt32)
  }

  /// Does one atomic operation on the word at `offset`; false where the file no longer reaches it.
  func apply(_ operation: Operation, at offset: UInt64) -> Bool {
    guard let place = place(offset) else { return false }
    let (code, argument, shifted): (swtrace_linux_word_operation, UInt32, Int32) =
      switch operation {
      case .setBit(let bit): (SWTRACE_LINUX_WORD_OR, bit, 1)
      case .clearBit(let bit): (SWTRACE_LINUX_WORD_ANDN, bit, 1)
      case .clear(let bits): (SWTRACE_LINUX_WORD_ANDN, bits, 0)
      case .store(let value): (SWTRACE_LINUX_WORD_SET, value, 0)
      case .add(let value): (SWTRACE_LINUX_WORD_ADD, value, 0)
      case .addShifted(let bit): (SWTRACE_LINUX_WORD_ADD, bit, 1)
      }
    return swtrace_linux_word(place, Int32(code.rawValue), argument, shifted) >= 0
  }

  /// Clears `bits` of the word at `offset` as one step and returns those that were set, nil where
  /// the file no longer reaches it.
  func take(_ bits: UInt32, at offset: UInt64, expecting value: UInt32) -> UInt32? {
    guard let place = place(offset) else { return nil }
    var expected = value
    while true {
      let taken = expected & bits
      guard taken != 0 else { return 0 }
      switch unsafe swtrace_linux_exchange32(place, &expected, expected & ~bits) {
      case 1: return taken
      case 0: continue
      default: return nil
      }
    }
  }

  private func place(_ offset: UInt64) -> UInt? {
    guard offset % 4 == 0, size >= 4, offset <= UInt64(size - 4) else { return nil }
    return address + UInt(offset)
  }
}

import Events

/// What a nanosecond of waiting is charged to.
struct BlameLeaf: Hashable, BitwiseCopyable {
  enum Kind: UInt8, CaseIterable {
    /// The thread ran itself.
    case itself
    /// Another thread had the CPU: its name.
    case cpu
    /// The CPU was idle: it took that long to come on.
    case idle
    /// A disk: what of which request, as `disk(of:)` packs it.
    case disk
    /// A lock whose waker ran meanwhile: the waker's name.
    case lock
    /// Work of another thread that was waited for: its name.
    case thread
    case timer, network
    /// An interrupt: twice its line or vector, + 1 where it is a soft one.
    case interrupt
    /// In the kernel for another reason: a system call + 1.
    case kernel
    /// The CPU quota of a control group was run.
    case throttled
    case stopped
    /// A task that was on no thread, as far as is known.
    case suspended
    /// A chain of waits that bites its own tail.
    case cycle
    case unknown
  }

  var kind: Kind
  var detail: Int64 = 0

  static let unknown = BlameLeaf(kind: .unknown)

  static func interrupt(_ line: Int64, isSoft: Bool = false) -> BlameLeaf {
    BlameLeaf(kind: .interrupt, detail: line << 1 | (isSoft ? 1 : 0))
  }

  /// `device` is the device's number + 1; without a phase it is not known what its request did.
  static func disk(
    _ device: Int64, _ phase: DiskPhase = .unknown, _ operation: DiskOperation = .read
  ) -> BlameLeaf {
    BlameLeaf(kind: .disk, detail: device << 4 | phase.rawValue << 2 | operation.rawValue)
  }
}

/// What a disk's request waited for.
enum DiskPhase: Int64 {
  case unknown
  /// Inserted and not issued yet.
  case queue
  /// Issued and not complete yet.
  case service
}

import Events

/// An event as state tracking needs it: a few numbers, whatever its type's columns are.
///
/// ```
///                     a           b            value
/// sched_switch        prev_pid    next_pid     what prev waits for (SwitchedOut) · its system call
/// wakings             pid         target_cpu
/// sched_migrate_task  pid         dest_cpu
/// fork                parent      child
/// exec, exit          pid
/// system calls                                 number
/// interrupts                                   number of the line or vector
/// block_rq_complete                            device
/// spans               low half    high half of the number of their stack; type · process
/// machine:thread      tid         ppid         state letter · number of the affinity
/// ```
struct StateRecord: BitwiseCopyable {
  var key: UInt64
  var thread: ThreadNumber
  var cpu: UInt16
  var role: EventRole
  /// common_flags.
  var flags: UInt8
  var a: Int32
  var b: Int32
  var value: Int64

  /// Set in common_flags where the event comes from a hard or soft interrupt, not from the thread.
  static let interruptFlags: UInt8 = 0x08 | 0x10

  /// Set in common_flags where the event comes from a hard interrupt.
  static let hardFlag: UInt8 = 0x08

  /// Set in a switch's flags where `value` tells the system call that the thread is in (-1 none):
  /// its enters and exits since the switch before have no records of their own.
  static let hasCall: UInt8 = 0x80

  /// Notes the process whose span it is: numbers of tasks are the process's own.
  @inline(__always)
  mutating func setProcess(_ process: ProcessNumber) {
    value |= Int64(process) << 32
  }

  @inline(__always)
  var isInterrupt: Bool { flags & Self.interruptFlags != 0 }
}

/// What an encoder thread takes out of one batch for state tracking.
package struct StateRecords: Sendable {
  var records: [StateRecord]
  var losses: [PlacedLoss]
  var names: ThreadNames
  /// Texts that machine:thread rows have for affinities, by number.
  var affinities: [[UInt8]]
  /// Names of block devices by number.
  var devices: [Int64: [UInt8]]
  /// Whether a control group has a CPU quota.
  var hasQuotas = false
  /// All events of the batch, those that state tracking skips too.
  var events: Int
}

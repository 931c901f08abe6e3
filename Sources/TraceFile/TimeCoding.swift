/// How the times of n events stand in a part, after the groups they belong to.
///
/// ```
/// u8 coding | u64 first time
///   steps only: u64 slope | u32 segments m | m numbers of 4 bytes: event that starts a segment
///               | m numbers of 8: zig-zag difference of its time to that of the event before
///               | m numbers of 4: fraction
/// u16 contexts c | c > 1: as many numbers of 2 bytes as there are groups: each one's context
/// c times: numbers of 8 bytes, one for each event of the context's groups
/// ```
/// An event's number is the difference to the event before it, whatever that one's group; the
/// numbers of a context stand in the order of its events. So the intervals that end in a frequent
/// type lie together: they are more alike than those of different types.
///
/// Raw values are those of the trace file.
enum TimeCoding: UInt8 {
  /// Ticks since the event before; the first has 0.
  case differences = 0
  /// The same in zig-zag form, where times are not in order.
  case signedDifferences = 1
  /// Steps of the clock since the event before (StepModel).
  case steps = 2
}

/// Values of the kernel's enumerators that print formats may leave as names.
///
/// Only those that are part of its interface to programs, or that never changed.
enum KernelConstants {
  static func value(of name: String) -> Int64? { values[name] }

  private static let values: [String: Int64] = {
    var values: [String: Int64] = [
      "NULL": 0, "true": 1, "false": 0,
      // linux/ioprio.h
      "IOPRIO_CLASS_NONE": 0, "IOPRIO_CLASS_RT": 1, "IOPRIO_CLASS_BE": 2, "IOPRIO_CLASS_IDLE": 3,
      "IOPRIO_CLASS_INVALID": 7,
      // linux/tcp_states.h
      "TCP_ESTABLISHED": 1, "TCP_SYN_SENT": 2, "TCP_SYN_RECV": 3, "TCP_FIN_WAIT1": 4,
      "TCP_FIN_WAIT2": 5, "TCP_TIME_WAIT": 6, "TCP_CLOSE": 7, "TCP_CLOSE_WAIT": 8,
      "TCP_LAST_ACK": 9, "TCP_LISTEN": 10, "TCP_CLOSING": 11, "TCP_NEW_SYN_RECV": 12,
    ]
    // linux/hrtimer.h: ABS or REL, with PINNED (2), SOFT (4), HARD (8).
    for (mode, value) in [("ABS", Int64(0)), ("REL", 1)] {
      values["HRTIMER_MODE_\(mode)"] = value
      values["HRTIMER_MODE_\(mode)_PINNED"] = value | 2
      for (kind, bit) in [("SOFT", Int64(4)), ("HARD", 8)] {
        values["HRTIMER_MODE_\(mode)_\(kind)"] = value | bit
        values["HRTIMER_MODE_\(mode)_PINNED_\(kind)"] = value | 2 | bit
      }
    }
    return values
  }()
}

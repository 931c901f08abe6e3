import Events

/// What a thread that was switched out waits for, out of sched_switch's prev_state.
enum SwitchedOut: UInt8 {
  case preempted, runnable, sleeping, uninterruptible, stopped, dead
}

/// Reads prev_state by the letters of the format's own print text: their bits changed over kernel
/// versions.
struct SchedulerStates {
  private static let directValues = 4096

  private let flags: FlagNames?
  private let field: Int
  private var direct: [SwitchedOut?]

  init(_ type: EventType) {
    field = type.index(ofField: "prev_state") ?? 0
    let flags = type.printFormat.isEmpty ? nil : FlagNames(type)
    self.flags = flags?.hasNames(field: field) == true ? flags : nil
    direct = [SwitchedOut?](repeating: nil, count: Self.directValues)
  }

  @inline(__always)
  mutating func meaning(_ state: Int64) -> SwitchedOut {
    if state >= 0, state < Int64(Self.directValues), let known = direct[Int(state)] { return known }
    return find(state)
  }

  @inline(never)
  private mutating func find(_ state: Int64) -> SwitchedOut {
    let found = decode(state)
    if state >= 0, state < Int64(Self.directValues) { direct[Int(state)] = found }
    return found
  }

  private func decode(_ state: Int64) -> SwitchedOut {
    guard let flags else { return Self.withoutText(state) }
    var text: [UInt8] = []
    guard flags.append(nameOf: state, field: field, to: &text) else {
      return Self.withoutText(state)
    }
    if text.contains(UInt8(ascii: "+")) { return .preempted }
    for letter in text {
      switch letter {
      case UInt8(ascii: "D"): return .uninterruptible
      case UInt8(ascii: "T"), UInt8(ascii: "t"): return .stopped
      case UInt8(ascii: "X"), UInt8(ascii: "x"), UInt8(ascii: "Z"): return .dead
      case UInt8(ascii: "R"): return .runnable
      default: continue
      }
    }
    return .sleeping
  }

  /// The bits of kernels since 4.14.
  private static func withoutText(_ state: Int64) -> SwitchedOut {
    if state & ~0xFF != 0 { return .preempted }
    if state == 0 { return .runnable }
    if state & 2 != 0 { return .uninterruptible }
    if state & 0xC != 0 { return .stopped }
    if state & 0x30 != 0 { return .dead }
    return .sleeping
  }
}

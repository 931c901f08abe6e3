/// What a lane of the timeline tells about: at each instant it is in one state.
///
/// Threads go by their place in `TimelineDirectory.threads`, since the machine uses a thread's
/// number again.
package enum TimelineLane: Hashable, Sendable {
  /// Who has a CPU; the occupant is a thread's place.
  case cpu(Int)
  /// The interrupt that a CPU handles; the occupant is its line, or its vector.
  case hardInterrupts(cpu: Int)
  case softInterrupts(cpu: Int)
  /// What a thread does; the occupant is the CPU on which it runs, or in whose queue it waits.
  case state(thread: Int)
  /// The system call that a thread is in; the occupant is its number.
  case systemCalls(thread: Int)
  /// The span that is open on a thread at this depth, 0 the outermost; the occupant is a place in
  /// `TimelineDirectory.spanNames`.
  case spans(thread: Int, depth: Int)
}

/// A lane whose value at each instant is a number.
package enum NumberLane: Hashable, Sendable {
  /// Threads that wait for a CPU, on the whole machine.
  case runnable
  /// A place in `TimelineDirectory.counters`.
  case counter(Int)
}

/// What a lane is in at an instant.
package enum LaneState: UInt8, Hashable, Sendable, CaseIterable, BitwiseCopyable {
  /// Events were lost, or nothing was observed yet: a CPU before its first event, a thread after a
  /// gap.
  case unknown
  /// Nothing: a thread that is not there (or of which nothing is known yet), no system call, no
  /// span, no interrupt.
  case none
  /// A CPU that has nothing to do.
  case idle
  /// A CPU that runs a thread, a thread that runs.
  case run
  /// Woken, new, preempted, yielded: waits for a CPU.
  case wakeup, fresh, preempt, yield
  case diskIO, diskOther, sleep, lock, stopped
  /// In a system call, a span, an interrupt.
  case inside
  /// Waits for a CPU because its control group has run its quota.
  case throttled

  static let count = LaneState.allCases.count

  /// Waits for a CPU.
  package var isRunnable: Bool {
    switch self {
    case .wakeup, .fresh, .preempt, .yield, .throttled: true
    default: false
    }
  }
}

/// A lane's state with what it is in: a thread, a CPU, a number, as the lane says; -1 none.
package struct LaneOccupant: Hashable, Sendable {
  package var state: LaneState
  package var occupant: Int32

  package init(_ state: LaneState, _ occupant: Int32 = -1) {
    self.state = state
    self.occupant = occupant
  }
}

/// One time at which a lane stayed in a state.
package struct LaneStretch: Hashable, Sendable {
  package var state: LaneState
  package var occupant: Int32
  /// Nanoseconds since the start of the trace.
  package var start: Int64
  package var end: Int64

  package init(_ state: LaneState, _ occupant: Int32 = -1, _ start: Int64, _ end: Int64) {
    self.state = state
    self.occupant = occupant
    self.start = start
    self.end = end
  }

  package var length: Int64 { end - start }
  package var what: LaneOccupant { LaneOccupant(state, occupant) }
}

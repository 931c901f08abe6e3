package import Events

/// A stretch of a lane with what is known of its ends.
package struct TimelineItem: Hashable, Sendable {
  package var lane: TimelineLane
  package var stretch: LaneStretch
  /// Whether it began before anything was seen, and whether its end was not seen.
  package var beganUnseen = false
  package var isOpen = false

  package init(lane: TimelineLane, stretch: LaneStretch) {
    self.lane = lane
    self.stretch = stretch
  }
}

/// Who ended a wait.
package enum Waker: Hashable, Sendable {
  /// A thread, by its place.
  case thread(Int)
  /// Line or vector, -1 where it is not known.
  case hardInterrupt(line: Int64)
  case softInterrupt(vector: Int64)
}

/// A waking: who, when, where.
package struct Waking: Hashable, Sendable {
  package var waker: Waker
  package var time: Int64
  package var cpu: Int?

  package init(waker: Waker, time: Int64, cpu: Int?) {
    self.waker = waker
    self.time = time
    self.cpu = cpu
  }
}

/// How long something took among all of its kind.
package struct DurationRank: Hashable, Sendable {
  package var count: UInt64
  /// Share of its kind that was not longer, 0 to 1; within 1.6 % of its length.
  package var quantile: Double

  package init(count: UInt64, quantile: Double) {
    self.count = count
    self.quantile = quantile
  }
}

/// All that is told about an item.
package struct ItemDetails: Sendable {
  package var item: TimelineItem
  /// Place of the thread that it is about, nil for an idle CPU.
  package var thread: Int?
  package var cpu: Int?
  /// What the thread does next; for a slice how it ended.
  package var next: LaneStretch?
  /// What the thread did before.
  package var previous: LaneStretch?
  /// Who had the CPU after a slice that was preempted, or while a thread waits for it.
  package var preemptor: LaneStretch?
  /// The waking that ended a wait, or that a wait for a CPU began with; nil where it was not seen.
  package var waking: Waking?
  /// Spans around its middle, outermost first.
  package var spans: [TimelineItem] = []
  package var systemCall: TimelineItem?
  /// What interrupts took of a slice; nil where they were not recorded.
  package var hardInterruptTime: UInt64?
  package var softInterruptTime: UInt64?
  /// For a span or a system call: where its thread's time went.
  package var times: StateTimes?
  /// Nil where no such durations were gathered yet.
  package var rank: DurationRank?

  package init(item: TimelineItem) {
    self.item = item
  }
}

/// A link of a chain of waits: a thread waited, and who ended that.
package struct WaitLink: Hashable, Sendable {
  package var thread: Int
  package var stretch: LaneStretch
  package var waking: Waking?

  package init(thread: Int, stretch: LaneStretch, waking: Waking?) {
    self.thread = thread
    self.stretch = stretch
    self.waking = waking
  }
}

/// A place worth looking at.
package struct TimelineProblem: Hashable, Sendable {
  package enum Kind: Hashable, Sendable {
    /// A wait, span or interrupt among the longest of the trace.
    case slow
    case loss(Loss.Reason, count: UInt64?)
  }

  package var kind: Kind
  package var window: TimelineWindow
  /// Where it is seen.
  package var lane: TimelineLane?
  /// What it is, where it is a stretch.
  package var stretch: LaneStretch?

  package init(
    kind: Kind, window: TimelineWindow, lane: TimelineLane? = nil, stretch: LaneStretch? = nil
  ) {
    self.kind = kind
    self.window = window
    self.lane = lane
    self.stretch = stretch
  }
}

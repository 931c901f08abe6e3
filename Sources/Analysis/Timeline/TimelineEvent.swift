package import Events

/// An event, or a loss in its place, as it stands in a list.
package struct TimelineEvent: Hashable, Sendable {
  /// Its place in the order of all events, from 0; nil where that is not known yet, and for losses.
  package var number: UInt64?
  /// Nanoseconds since the start of the trace.
  package var time: Int64
  /// Nil where it is not known.
  package var cpu: Int?
  package var thread: ThreadNumber = 0
  package var process: ProcessNumber = 0
  /// Texts are safe for a terminal.
  package var comm = ""
  package var system = ""
  package var name = ""
  /// `field=value …`, as `swtrace print` writes them.
  package var fields = ""
  package var type: EventTypeID?
  package var loss: Loss?
  /// How long the system call, interrupt or span took that it ends; in pages that have items.
  package var duration: Int64?
  /// The innermost span of its thread around it, empty where there is none; in pages that have items.
  package var span = ""
  /// Whether these two are still being looked up.
  package var isItemAwaited = false

  package init(time: Int64) {
    self.time = time
  }
}

/// Where a page of events begins.
package enum EventPlace: Hashable, Sendable {
  /// The first event not before this time.
  case time(Int64)
  /// The event with this number, among all events whatever the filter.
  case number(UInt64)
}

/// Events one after the other, those before a place and those from it on.
package struct EventPage: Sendable {
  package var events: [TimelineEvent] = []
  /// Position in `events` of the first one from the place on.
  package var place = 0
  /// Whether nothing that matches comes before, and after.
  package var reachesStart = false
  package var reachesEnd = false
  /// Whether events tell what they end and lie in.
  package var hasItems = false
  /// Whether some of them are still to be told that.
  package var awaitsItems: Bool { events.contains(where: \.isItemAwaited) }

  package init() {}
}

/// What a search has found so far.
package struct SearchProgress: Sendable {
  /// Share of the events that were looked at.
  package var share = 0.0
  package var matches: UInt64 = 0
  /// The first ones from the place on where the search began, at most as many as were asked for.
  package var hits: [TimelineEvent] = []
  /// Matches in each of the columns that were asked for, of the whole trace.
  package var ticks: [UInt32] = []
  package var isFinished = false

  package init() {}
}

/// What threads and CPUs did in a window, from what was read already.
package struct WindowSums: Sendable {
  package struct Thread: Sendable {
    package var thread: Int
    package var times: StateTimes
    package var changes: UInt64
  }

  package struct CPU: Sendable {
    package var cpu: Int
    package var times: StateTimes
    package var changes: UInt64
  }

  /// Those that ran, most run time first, then those that waited.
  package var threads: [Thread] = []
  package var cpus: [CPU] = []
  package var runnable: NumberCell
  package var isLost = false
  package var isUnread = false
  /// Whether ends of the window lie within what was read as one.
  package var isRough = false
  /// Whether exact ones are on their way.
  package var isProvisional = false
}

/// How far the levels of a timeline are.
package enum LevelsState: Hashable, Sendable {
  /// Not read yet, or in part: the share of the events that were.
  case partial(Double)
  /// Out of bytes that were kept: all is known, lanes that are not taken in yet aside.
  case loading(Double)
  case complete

  /// Whether who and what there is, and what was slow, is known of all of the trace.
  package var areKnown: Bool { if case .partial = self { false } else { true } }
}

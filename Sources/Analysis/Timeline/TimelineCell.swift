/// A column of a lane: what the lane did in it.
package struct TimelineCell: Hashable, Sendable {
  /// The time that the column stands for: what was asked for, or, where the column is out of the
  /// levels, that with its ends moved by an eighth of its length at most (by a half where it has
  /// but two cells of the finest level).
  package var window: TimelineWindow
  /// Nanoseconds in each state; together they are the window's length.
  package var times = StateTimes()
  /// How often the lane changed in the window, right at its start included, and when first and last.
  package var changes: UInt64 = 0
  package var firstChange: Int64 = 0
  package var lastChange: Int64 = 0
  /// What it was in just before the window's start, and just before its end.
  package var before = LaneOccupant(.none)
  package var after = LaneOccupant(.none)
  /// The longest stretch, cut to the window; of equals the first.
  package var longest = LaneStretch(.none, -1, 0, 0)
  /// Whether events of the lane were lost in the window, so that it may be wrong.
  package var isLost = false
  /// Whether part of the window has not been read yet, or the trace does not reach so far.
  package var isUnread = false
  /// Whether the column is narrower than what was read of the window.
  ///
  /// Then times are right on average, not here; `Timeline.read` of the window makes them exact.
  package var isRough = false

  package init(window: TimelineWindow) {
    self.window = window
  }

  /// The state that took the most time; of equals the one that stands first in `LaneState`.
  package var dominant: LaneState { times.greatest }

  /// Whether nothing is known of any of its time.
  package var isUnknown: Bool { times[.unknown] >= UInt64(max(0, window.length)) }

  /// Share of the window in a state.
  package func share(_ state: LaneState) -> Double {
    window.length > 0 ? Double(times[state]) / Double(window.length) : 0
  }
}

/// Nanoseconds in each state.
package struct StateTimes: Sendable, BitwiseCopyable {
  private static let places = 16

  private var nanoseconds = InlineArray<16, UInt64>(repeating: 0)

  package init() {}

  package subscript(state: LaneState) -> UInt64 {
    @inline(__always)
    get { self[raw: Int(state.rawValue)] }
    @inline(__always)
    set { self[raw: Int(state.rawValue)] = newValue }
  }

  /// The same by a state's raw value.
  subscript(raw place: Int) -> UInt64 {
    @inline(__always)
    get { nanoseconds[place & (Self.places - 1)] }
    @inline(__always)
    set { nanoseconds[place & (Self.places - 1)] = newValue }
  }

  package var sum: UInt64 {
    var sum: UInt64 = 0
    for place in 0..<Self.places { sum &+= nanoseconds[place] }
    return sum
  }

  @inline(__always)
  package static func += (left: inout StateTimes, right: StateTimes) {
    for place in 0..<places { left.nanoseconds[place] &+= right.nanoseconds[place] }
  }

  package var greatest: LaneState {
    var greatest = LaneState.unknown
    for state in LaneState.allCases where self[state] > self[greatest] { greatest = state }
    return greatest
  }
}

extension StateTimes: Hashable {
  package static func == (left: StateTimes, right: StateTimes) -> Bool {
    (0..<places).allSatisfy { left.nanoseconds[$0] == right.nanoseconds[$0] }
  }

  package func hash(into hasher: inout Hasher) {
    for place in 0..<Self.places { hasher.combine(nanoseconds[place]) }
  }
}

/// A column of a lane of numbers.
package struct NumberCell: Hashable, Sendable {
  package var window: TimelineWindow
  /// The value just before the window's start, and just before its end; nil where there was none yet.
  package var before: Double?
  package var after: Double?
  /// Least and greatest that held within; nil where there was none.
  package var least: Double?
  package var most: Double?
  /// Over the time in which there was one; nil where that is none.
  package var average: Double?
  package var changes: UInt64 = 0
  package var isLost = false
  package var isUnread = false
  package var isRough = false

  package init(window: TimelineWindow) {
    self.window = window
  }
}

/// A column of several lanes.
package struct ShareCell: Hashable, Sendable {
  package var window: TimelineWindow
  /// In how many of the lanes on average.
  package var share = 0.0
  /// Whether nothing is known of any of them.
  package var isUnknown = true
  package var isLost = false
  package var isUnread = false

  package init(window: TimelineWindow) {
    self.window = window
  }

  mutating func add(_ cell: TimelineCell, _ state: LaneState) {
    share += cell.share(state)
    isUnknown = isUnknown && cell.isUnknown
    isLost = isLost || cell.isLost
    isUnread = isUnread || cell.isUnread
  }
}

/// A column of the whole trace.
package struct OverviewCell: Hashable, Sendable {
  package var window: TimelineWindow
  /// Busy share of the CPUs as far as they were observed; nil where none was.
  package var busy: Double?
  package var isLost = false
  package var isUnread = false

  package init(window: TimelineWindow) {
    self.window = window
  }
}

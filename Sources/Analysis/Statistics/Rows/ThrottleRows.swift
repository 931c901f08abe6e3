/// How long the CPU quotas of control groups kept their threads from running, as the kernel counted.
struct ThrottleRows {
  private struct Readings {
    var first: (time: UInt64, throttled: UInt64)
    var last: (time: UInt64, throttled: UInt64)
  }

  private var groups: [[UInt8]: Readings] = [:]

  mutating func note(_ path: [UInt8], throttled: UInt64, at time: UInt64) {
    if groups[path] == nil {
      groups[path] = Readings(first: (time, throttled), last: (time, throttled))
    } else {
      groups[path]?.last = (time, throttled)
    }
  }

  mutating func restart() { groups = [:] }

  /// The group that was kept longest; nil where none has a limit, or where its readings do not
  /// stand at two instants within the window.
  func worst(_ window: StatisticsWindow) -> TraceOverview.Throttled? {
    let known = groups.compactMap { path, readings -> TraceOverview.Throttled? in
      let (first, last) = (readings.first, readings.last)
      guard window.from <= first.time, first.time < last.time, last.time <= window.to else {
        return nil
      }
      return TraceOverview.Throttled(
        cgroup: String(decoding: path, as: UTF8.self),
        time: last.throttled &- min(first.throttled, last.throttled))
    }
    return known.max { ($0.time, $1.cgroup) < ($1.time, $0.cgroup) }
  }
}

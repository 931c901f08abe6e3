/// The screens, in the order of their keys.
package enum ScreenName: String, Hashable, Sendable, CaseIterable {
  case cpu, thread, events, stats

  package var title: String {
    switch self {
    case .cpu: "CPU"
    case .thread: "Thread"
    case .events: "Events"
    case .stats: "Stats"
    }
  }

  var number: Int { (Self.allCases.firstIndex(of: self) ?? 0) + 1 }

  /// Whether it draws lanes over time.
  var isTimeline: Bool { self == .cpu || self == .thread }
}

internal import Analysis

/// What one column of a lane shows, before names are laid over it.
enum LaneColumn: Hashable {
  case unread, lost
  case whole(LaneOccupant)
  /// One change, after so many eighths of the column, 1 to 7.
  case split(LaneOccupant, LaneOccupant, eighths: Int)
  /// Several: what took most of the time in which there was something to do, with its share in
  /// eighths, 1 to 8.
  case mixed(LaneOccupant, eighths: Int)

  init(_ cell: TimelineCell) {
    if cell.isUnread {
      self = .unread
    } else if cell.isLost {
      self = .lost
    } else if cell.changes == 0 {
      self = .whole(cell.before)
    } else if cell.changes == 1, !cell.isRough {
      let length = max(1, cell.window.length)
      let eighths = Int(
        (Double(cell.firstChange - cell.window.start) / Double(length) * 8).rounded())
      switch eighths {
      case ...0: self = .whole(cell.after)
      case 8...: self = .whole(cell.before)
      default: self = .split(cell.before, cell.after, eighths: eighths)
      }
    } else {
      var most = LaneState.none
      var time: UInt64 = 0
      for state in LaneState.allCases where !state.isBlank && cell.times[state] > time {
        (most, time) = (state, cell.times[state])
      }
      guard time > 0 else {
        self = .whole(LaneOccupant(cell.dominant))
        return
      }
      let share = Double(time) / Double(max(1, cell.window.length))
      let occupant = cell.longest.state == most ? cell.longest.occupant : -1
      self = .mixed(
        LaneOccupant(most, occupant), eighths: min(8, max(1, Int((share * 8).rounded()))))
    }
  }
}

extension LaneState {
  /// Whether there is nothing to see: idle, asleep, not there.
  var isBlank: Bool {
    switch self {
    case .unknown, .none, .idle, .sleep: true
    default: false
    }
  }

  var role: ColourRole {
    switch self {
    case .run: .run
    case .wakeup, .fresh, .preempt, .yield, .throttled: .runnable
    case .diskIO: .diskIO
    case .diskOther: .diskOther
    case .lock: .lock
    case .stopped: .stopped
    case .inside: .call
    case .unknown, .none, .idle, .sleep: .faint
    }
  }

  /// What fills a column that is all in this state.
  var glyph: Unicode.Scalar {
    switch self {
    case .run, .inside: "█"
    case .wakeup, .fresh, .preempt, .yield: "▒"
    case .diskIO: "D"
    case .diskOther: "d"
    case .lock: "L"
    case .stopped: "T"
    case .throttled: "Q"
    case .idle, .sleep: "·"
    case .none: " "
    case .unknown: "╱"
    }
  }

  /// Letters stand on their colour.
  var style: Style {
    switch self {
    case .diskIO, .diskOther, .lock, .stopped, .throttled: Style(role, reversed: true)
    default: Style(role)
    }
  }
}

enum Eighths {
  static let heights: [Unicode.Scalar] = [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]
  static let widths: [Unicode.Scalar] = [" ", "▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"]

  /// A bar of so many columns, filled to a share.
  static func bar(_ share: Double, columns: Int) -> String {
    let eighths = Int((min(max(share, 0), 1) * Double(columns * 8)).rounded())
    var text = String.UnicodeScalarView()
    for column in 0..<columns { text.append(widths[min(8, max(0, eighths - column * 8))]) }
    return String(text)
  }
}

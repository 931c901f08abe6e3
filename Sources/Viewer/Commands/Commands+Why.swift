internal import Analysis

extension Command {
  static let whyCommands: [Command] = [
    Command("waker", .why, ["[", "b"], "to who woke it", hint: "waker", on: timelines) {
      $0.jumpInThread { .waker($0, $1) }
    },
    Command("woken", .why, ["]", "B"], "to whom it woke", hint: "woken", on: timelines) {
      $0.jumpInThread { .woken($0, $1) }
    },
    Command("instance.faster", .why, ["{", "K"], "next faster one like this", on: timelines) {
      $0.jump { .instance($0, $1, longer: false) }
    },
    Command(
      "instance.slower", .why, ["}", "J"], "next slower one like this", hint: "slower",
      on: timelines
    ) { $0.jump { .instance($0, $1, longer: true) } },
    Command("chain", .why, ["v"], "what it waits for, link by link", hint: "waits", on: timelines) {
      $0.jumpInThread { .chain($0, $1) }
    },
    Command(
      "open", .why, [.enter], "open what is at hand", hint: "open", on: [.cpu, .thread, .events]
    ) { $0.open() },
  ]
}

extension View {
  /// Asks about the thread at hand: the row's, or the one that has the CPU.
  mutating func jumpInThread(_ make: (TimelineLane, Int64) -> Jump) {
    guard let thread = threadAtHand else {
      state.message = "no thread is at hand here"
      return
    }
    state.jump = make(.state(thread: thread), state.cursor)
  }

  var threadAtHand: Int? {
    guard let key = state.row[state.screen] else { return nil }
    if let thread = key.thread { return thread }
    guard let lane = key.lane, case .cpu = lane else { return nil }
    let cells = timeline.cells(lane, state.window, columns: layout.laneColumns)
    let place = column(of: state.cursor, in: state.window, layout.laneColumns)
    guard cells.indices.contains(place) else { return nil }
    let what = cells[place].changes == 0 ? cells[place].before : cells[place].longest.what
    return what.state == .run && what.occupant >= 0 ? Int(what.occupant) : nil
  }

  /// A CPU opens the thread that has it, an event its place in time, a thread its waits.
  mutating func open() {
    switch state.screen {
    case .cpu:
      switch state.row[.cpu] {
      case .node, .cache: return fold()
      case .hidden: return state.hidden = []
      default: break
      }
      guard let thread = threadAtHand else {
        state.message = "no thread runs here"
        return
      }
      go(to: .state(thread: thread), state.cursor)
    case .thread:
      guard let key = state.row[.thread] else {
        state.message = "no row at hand"
        return
      }
      switch key {
      case .process, .cgroup: fold()
      case .hidden: state.hidden = []
      default: jumpInThread { .chain($0, $1) }
      }
    case .events:
      guard let event = selectedEvent else {
        state.message = "no event at hand"
        return
      }
      remember()
      state.screen = .thread
      if let thread = place(of: event.thread, at: event.time) { reveal(.thread(thread)) }
      moveCursor(to: event.time)
    case .stats: goToWorst()
    }
  }
}

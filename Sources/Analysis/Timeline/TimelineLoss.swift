import Events
import TraceFile

/// A loss in a timeline's time, both ends in it.
struct TimelineLoss {
  var first: Int64
  var last: Int64
  var loss: Loss
  /// The CPU whose buffer lost the events, nil where it is none's.
  var cpu: Int?
  /// The process whose buffer lost them.
  var process: ProcessNumber?

  init(_ loss: PlacedLoss, _ trace: OpenTrace) {
    self.loss = loss.loss
    first = max(0, trace.clock.nanoseconds(loss.first))
    last = max(first, trace.clock.nanoseconds(loss.last))
    switch trace.tables.stream(loss.loss.stream)?.source {
    case .cpu(let number, _): cpu = number
    case .process(let traced): process = traced.pid
    case .machine, nil: break
    }
  }

  /// Whether what a lane tells may be wrong for it.
  func concerns(_ lane: TimelineLane, _ state: borrowing TimelineState) -> Bool {
    switch lane {
    case .cpu(let number), .hardInterrupts(let number), .softInterrupts(let number):
      return cpu == number || (cpu == nil && process == nil)
    case .state, .systemCalls: return process == nil
    case .spans(let thread, _):
      guard let process, state.directory.threads.indices.contains(thread) else {
        return self.process == nil && cpu == nil
      }
      return state.directory.threads[thread].process == process
    }
  }
}

/// How much of a trace's events were lost, as far as that is known by now.
package struct LossCount: Hashable, Sendable {
  package var events: UInt64 = 0
  /// Whether more were lost, and nobody knows how many.
  package var hasMore = false

  init(_ losses: [TimelineLoss], hasMore: Bool) {
    self.hasMore = hasMore
    for loss in losses {
      if let count = loss.loss.count {
        events = events.addingClamped(count)
      } else {
        self.hasMore = true
      }
    }
  }
}

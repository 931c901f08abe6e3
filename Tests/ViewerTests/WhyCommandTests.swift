import Analysis
import Testing

@testable import Viewer

/// Keys that lead to causes: who woke whom, what is waited for, what took longer.
@Suite struct WhyCommandTests {
  /// A stretch of a thread for which `isWanted` holds, with what is told of it.
  private static func item(
    in timeline: Timeline, where isWanted: (ItemDetails) -> Bool
  ) throws -> (thread: Int, details: ItemDetails)? {
    for thread in timeline.directory.threads.indices {
      let lane = TimelineLane.state(thread: thread)
      var time: Int64? = timeline.directory.threads[thread].firstSeen
      while let at = time {
        if let item = try timeline.item(lane, at: at) {
          let details = try timeline.details(of: item)
          if isWanted(details) { return (thread, details) }
        }
        time = try timeline.change(in: lane, after: at)
      }
    }
    return nil
  }

  private static func view(_ timeline: Timeline, at thread: Int, _ time: Int64) -> View {
    var view = SyntheticView.view(timeline)
    view.begin(on: .thread)
    view.reveal(.thread(thread))
    view.moveCursor(to: time)
    return view
  }

  @Test func `brackets lead to who woke it, and back to whom that woke`() throws {
    let timeline = try SyntheticView.timeline()
    let found = try #require(
      try Self.item(in: timeline) { details in
        guard case .thread = details.waking?.waker else { return false }
        return details.item.stretch.state == .wakeup && details.item.stretch.length > 1000
      })
    let stretch = found.details.item.stretch
    let waking = try #require(found.details.waking)
    guard case .thread(let waker) = waking.waker else { return }
    var view = Self.view(timeline, at: found.thread, stretch.start + stretch.length / 2)
    view.press("[")
    view.settle()
    #expect(view.state.row[.thread] == .thread(waker) && view.state.cursor == waking.time)
    view.press("]")
    view.settle()
    #expect(view.state.row[.thread] == .thread(found.thread))
    #expect(view.state.cursor == stretch.start)
    view.press(.backspace)
    #expect(view.state.row[.thread] == .thread(waker))
  }

  @Test func `braces lead to slower ones and back, until there is none`() throws {
    let timeline = try SyntheticView.timeline()
    let found = try #require(
      try Self.item(in: timeline) { $0.item.stretch.state == .sleep && $0.item.stretch.length > 1 })
    var view = Self.view(timeline, at: found.thread, found.details.item.stretch.start)
    var lengths = [found.details.item.stretch.length]
    func stretch() throws -> LaneStretch? {
      try view.lane.flatMap { try timeline.item($0, at: view.state.cursor)?.stretch }
    }
    for _ in 0..<3 {
      view.press("}")
      view.settle()
      let next = try #require(try stretch())
      #expect(next.state == .sleep)
      lengths.append(next.length)
    }
    #expect(lengths == lengths.sorted())
    view.press("{")
    view.settle()
    #expect(try stretch()?.length == lengths[2])
    for _ in 0..<300 where view.state.message != "this is the slowest one" {
      view.press("}")
      view.settle()
    }
    #expect(view.state.message == "this is the slowest one")
  }

  @Test func `what is waited for stands in a pane whose lines lead there`() throws {
    let timeline = try SyntheticView.timeline()
    let found = try #require(
      try Self.item(in: timeline) { details in
        guard case .thread = details.waking?.waker else { return false }
        return details.item.stretch.state == .sleep
      })
    let stretch = found.details.item.stretch
    var view = Self.view(timeline, at: found.thread, stretch.start + stretch.length / 2)
    view.press("v")
    view.settle()
    let pane = try #require(view.state.pane)
    #expect(pane.lines.first?.contains("ended by") == true, "\(pane.lines)")
    #expect(view.frame().text.contains("what it waits for"))
    view.press("j")
    let line = try #require(view.state.pane?.line)
    let place = try #require(pane.places[line])
    view.press(.enter)
    #expect(view.state.pane == nil && view.state.cursor == place.time)
    #expect(view.state.row[.thread] == RowKey(place.lane))
  }

  @Test func `what the row at hand has no answer for is said`() throws {
    var view = SyntheticView.view(try SyntheticView.timeline())
    view.state.row[.cpu] = .runnable
    for key in ["[", "]", "v"] as [Key] {
      view.press(key)
      #expect(view.state.message == "no thread is at hand here")
    }
  }

  @Test func `what the CPU did meanwhile is told, also where nobody ran or nobody knows`() throws {
    let view = SyntheticView.view(try SyntheticView.timeline(rounds: 1))
    #expect(view.words(ofCPU: LaneStretch(.run, 0, 0, 500)).hasSuffix(" ran 500 ns"))
    #expect(view.words(ofCPU: LaneStretch(.idle, -1, 0, 500)) == "the CPU idled 500 ns")
    #expect(
      view.words(ofCPU: LaneStretch(.unknown, -1, 0, 500)) == "it is not known who ran, for 500 ns")
  }
}

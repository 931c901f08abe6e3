internal import Analysis
internal import Events

/// Answers questions by reading the file, in the thread that asks.
struct TimelineReader: Sendable {
  let timeline: Timeline
  let host: ViewHost

  /// Answers; nil where `isWanted`, which is asked now and then, said no.
  func answer(
    _ question: Question, isWanted: @Sendable () -> Bool, report: @Sendable (Answer) -> Void
  ) -> Answer? {
    do throws(AnalysisError) {
      return try read(question, isWanted, report)
    } catch {
      return .failed(host.words(error))
    }
  }

  private func read(
    _ question: Question, _ isWanted: @Sendable () -> Bool, _ report: @Sendable (Answer) -> Void
  ) throws(AnalysisError) -> Answer? {
    switch question {
    case .exact(let window, let lanes):
      if try timeline.read(window, lanes: lanes, isWanted: isWanted) { return .exact }
      return isWanted() ? .failed("too many events to look at one by one") : nil
    case .details(let lane, let time):
      guard let item = try timeline.item(lane, at: time) else { return .details(nil) }
      return .details(try timeline.details(of: item))
    case .events(let place, let rows, let text):
      let span = 3 * max(rows, 20)
      guard
        var page = try timeline.events(
          at: place, before: span, after: span, filter: try filter(text), isWanted: isWanted),
        try timeline.addItems(to: &page, isWanted: isWanted, report: { report(.events($0)) })
      else { return nil }
      return .events(page)
    case .search(let search, let columns):
      guard let filter = try filter(search.filter) else { return nil }
      let found = try timeline.search(filter, from: search.from, hits: 1000, columns: columns) {
        report(.search($0))
        return isWanted()
      }
      return isWanted() ? .search(found) : nil
    case .statistics(let asked):
      var options = StatisticsOptions(
        tables: [asked.table],
        window: EventWindow(
          from: Timestamp(nanoseconds: asked.window.start),
          to: Timestamp(nanoseconds: asked.window.end)),
        filter: try filter(asked.filter), systemCallNames: timeline.systemCallNames)
      options.key = asked.key.map { StatisticsKey($0) }
      let statistics = try timeline.statistics(options) { share in
        report(.progress(share))
        return isWanted()
      }
      return isWanted() ? .statistics(statistics) : nil
    case .sums(let window, _):
      var first = timeline.levelSums(window)
      guard first.isRough, timeline.levels == .complete else { return .sums(first) }
      first.isProvisional = true
      report(.sums(first))
      return try timeline.sums(window, isWanted: isWanted).map { .sums($0) }
    case .jump(let jump):
      let target = try target(of: jump, isWanted)
      return isWanted() ? .jump(target) : nil
    case .export(let order):
      let outcome = host.export(timeline, order.window, order.path) { share in
        report(.progress(share))
        return isWanted()
      }
      switch outcome {
      case .written(let events): return .exported(events)
      case .failed(let words): return .failed(words)
      case .stopped: return nil
      }
    }
  }

  private func filter(_ text: String?) throws(AnalysisError) -> Filter? {
    guard let text else { return nil }
    do throws(EventsError) {
      return try Filter(parsing: text)
    } catch {
      throw .filter(error)
    }
  }

  // MARK: jumps

  private func target(
    of jump: Jump, _ isWanted: () -> Bool
  ) throws(AnalysisError) -> JumpTarget? {
    switch jump {
    case .next(let lane, let time):
      return try timeline.change(in: lane, after: time).map { JumpTarget(lane: lane, time: $0) }
    case .previous(let lane, let time):
      return try timeline.change(in: lane, before: time).map { JumpTarget(lane: lane, time: $0) }
    case .waker(let lane, let time):
      guard let waking = try waking(lane, time) else { return nil }
      switch waking.waker {
      case .thread(let thread):
        return JumpTarget(lane: .state(thread: thread), time: waking.time)
      case .hardInterrupt, .softInterrupt:
        guard let cpu = waking.cpu else { return nil }
        let isHard = if case .hardInterrupt = waking.waker { true } else { false }
        let lane: TimelineLane = isHard ? .hardInterrupts(cpu: cpu) : .softInterrupts(cpu: cpu)
        return JumpTarget(lane: lane, time: waking.time)
      }
    case .woken(let lane, let time):
      guard let item = try timeline.item(lane, at: time),
        let woken = try timeline.woken(by: item, after: time, isWanted: isWanted)
      else { return nil }
      var target = JumpTarget(lane: woken.lane, time: woken.stretch.start)
      let later = woken.stretch.start - time
      if woken.stretch.start > item.stretch.end {
        target.words = "woken \(Words.span(later)) later"
      }
      return target
    case .instance(let lane, let time, let longer):
      guard let item = try timeline.item(lane, at: time),
        let found = timeline.instance(of: item, longer: longer)
      else { return nil }
      let middle = found.stretch.start + found.stretch.length / 2
      return JumpTarget(
        lane: found.lane, time: middle, stretch: found.stretch,
        words: "\(Words.span(found.stretch.length)), the one at hand took "
          + Words.span(item.stretch.length))
    case .chain(let lane, let time):
      guard let item = try timeline.item(lane, at: time) else { return nil }
      let chain = try timeline.waits(of: item)
      return chain.isEmpty
        ? nil : JumpTarget(lane: lane, time: item.stretch.start, chain: chain)
    case .fit(let lane, let time):
      guard let item = try timeline.item(lane, at: time) else { return nil }
      return JumpTarget(lane: lane, time: time, stretch: item.stretch)
    }
  }

  /// The waking that the wait at an instant ended with, or the one before what the thread does.
  private func waking(_ lane: TimelineLane, _ time: Int64) throws(AnalysisError) -> Waking? {
    guard let item = try timeline.item(lane, at: time) else { return nil }
    return try timeline.details(of: item).waking
  }
}

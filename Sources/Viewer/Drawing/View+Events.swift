internal import Analysis
internal import Events

extension View {
  /// The page at hand, if it is the one that was asked for.
  var eventPage: EventPage? {
    guard let known = answers.events, case .events(_, _, let filter) = known.question,
      filter == activeFilter
    else { return nil }
    return known.page
  }

  /// Where in the page the event at hand is.
  var eventIndex: Int? {
    guard let page = eventPage, let known = answers.events, known.question == eventsQuestion,
      !page.events.isEmpty
    else { return nil }
    return min(max(0, page.place + state.events.offset), page.events.count - 1)
  }

  var selectedEvent: TimelineEvent? {
    guard let page = eventPage, let index = eventIndex else { return nil }
    return page.events[index]
  }

  /// Keeps the cursor with the event at hand, once it is known.
  mutating func settle(_ page: EventPage) {
    guard state.screen == .events, let index = eventIndex else { return }
    state.events.offset = index - page.place
    state.cursor = min(max(0, page.events[index].time), end - 1)
  }

  mutating func moveEvent(by count: Int) {
    guard let page = eventPage, let index = eventIndex else { return }
    let next = index + count
    if page.events.indices.contains(next) {
      state.events.offset = next - page.place
      state.cursor = min(max(0, page.events[next].time), end - 1)
      let margin = layout.listRows
      guard
        (next < margin && !page.reachesStart)
          || (next >= page.events.count - margin && !page.reachesEnd)
      else { return }
    } else if next < 0 ? page.reachesStart : page.reachesEnd {
      let edge = next < 0 ? 0 : page.events.count - 1
      if edge == index { state.message = next < 0 ? "the first event" : "the last event" }
      state.events.offset = edge - page.place
      state.cursor = min(max(0, page.events[edge].time), end - 1)
      return
    }
    // Near the page's end: the next one is read around the event at hand.
    let at = min(max(0, next), page.events.count - 1)
    let event = page.events[at]
    if let number = event.number {
      state.events = EventPosition(place: .number(number), offset: 0)
    } else {
      let before = page.events[..<at].reversed().prefix { $0.time == event.time }.count
      state.events = EventPosition(place: .time(event.time), offset: before)
    }
  }

  func drawEvents(in frame: inout Frame) {
    let body = layout.rulerRow
    let columns = EventColumns(width: layout.columns, page: eventPage)
    frame.fill(body, 0..<layout.columns)
    frame.put(columns.heading, body, 0, Style(.faint, underlined: true))
    if columns.leavesOut {
      frame.put("›", body, layout.columns - 1, Style(.faint, underlined: true))
    }
    if columns.span > 0 {
      frame.put(" span", body, layout.columns - columns.span, Style(.faint, underlined: true))
    }
    let first = body + 1
    let count = layout.detailRow - first
    guard let page = eventPage else {
      let words = answers.failure(.events, eventsQuestion) ?? "reading …"
      frame.put(" \(words)", first + 1, 0, Style(.warning))
      return
    }
    guard !page.events.isEmpty else {
      frame.put(
        activeFilter == nil ? " no events" : " no event matches \(activeFilter ?? "")", first + 1,
        0,
        Style(.warning))
      return
    }
    let index = eventIndex ?? min(page.place, page.events.count - 1)
    let top = min(max(0, index - count / 2), max(0, page.events.count - count))
    for (place, event) in page.events[top...].prefix(count).enumerated() {
      let before = top + place > 0 ? page.events[top + place - 1] : nil
      drawEvent(
        event, before, first + place, columns,
        isAtHand: top + place == index && eventIndex != nil, in: &frame)
    }
  }

  private func drawEvent(
    _ event: TimelineEvent, _ before: TimelineEvent?, _ row: Int, _ columns: EventColumns,
    isAtHand: Bool, in frame: inout Frame
  ) {
    let marks = [(state.markA, "A"), (state.markB, "B")].filter { $0.0 == event.time }.map(\.1)
    let sign = marks.first ?? (isAtHand ? ">" : " ")
    if event.loss != nil {
      let text =
        "╳\(columns.number("")) \(columns.right(instant(event.time), 15))  EVENTS LOST  \(event.fields)"
      frame.put(text, row, 0, Style(.warning, bold: true, reversed: isAtHand))
      return
    }
    let number = columns.number(event.number.map { String($0) } ?? "-")
    let delta = before.map { Words.span(event.time - $0.time) } ?? ""
    let task = event.comm.isEmpty ? "\(event.thread)" : "\(event.comm)-\(event.thread)"
    let text =
      "\(sign)\(number) \(columns.right(instant(event.time), 15)) \(columns.right(delta, 7)) "
      + "\(columns.right(event.cpu.map { String($0) } ?? "-", 3)) "
    let style = isAtHand ? Style(.cursor, reversed: true) : Style()
    if isAtHand { frame.fill(row, 0..<layout.columns, " ", style) }
    var place = frame.put(text, row, 0, style)
    frame.put(task, row, place, style, limit: place + columns.task - 1)
    place += columns.task
    let end = frame.put(event.name, row, place, isAtHand ? style : Style(.heading))
    place = max(end, place + columns.name)
    if columns.hasItems {
      let duration = event.duration.map { Words.span($0) } ?? (event.isItemAwaited ? "…" : "-")
      place = frame.put(" \(columns.right(duration, EventColumns.duration))", row, place, style)
    }
    let limit = layout.columns - columns.span
    frame.put(" \(event.fields)", row, place, style, limit: limit)
    if columns.span > 0 {
      let name = event.span.split(separator: ":", maxSplits: 1).last ?? ""
      frame.put(" \(name)", row, limit, style)
    }
  }

  var eventDetails: [String] {
    guard let event = selectedEvent else { return [] }
    var lines = [
      "time     \(Words.instant(event.time))   wall "
        + Words.clock(
          summary.startTime.plus(event.time), utcOffset: host.utcOffset, decimals: 9)
        + (event.cpu.map { "   CPU\($0)" } ?? "")
    ]
    if event.loss != nil { return lines + [event.fields] }
    lines.append(
      "context  \(event.comm.isEmpty ? "thread" : event.comm) \(event.thread)"
        + (event.process > 0 ? " (process \(event.process))" : ""))
    // As many fields a line as fit.
    var line = "fields  "
    for field in event.fields.split(separator: " ") {
      if line.columns + field.count + 4 > layout.columns {
        lines.append(line)
        line = "        "
      }
      line += " \(field)"
    }
    lines.append(line)
    return lines
  }

  var eventStatus: String {
    guard let event = selectedEvent else { return "no event at hand" }
    var text = "\(event.system):\(event.name)"
    if let number = event.number, summary.events > 0 {
      text += " #\(number)  \(Words.percent(Double(number) / Double(summary.events))) of the trace"
    }
    if let marked { text += "   A-B \(Words.span(marked.length))" }
    if let filter = activeFilter { text += "   only \(filter)" }
    return text
  }
}

import Events

/// Spans of programs by name.
struct SpanRows {
  var rows = DurationRows()
  /// Which spans were around those of a row: -2 none yet, -1 none, else a name; -3 several.
  var parents: [Int32] = []
  /// What is remembered of an open span's begin, by its place on the stacks.
  private var groups: [Int32] = []
  private var fields: [[(name: String, value: FilterInstance.Value)]] = []
  /// Values of the field that rows are made for, as they are shown.
  private(set) var values: [[UInt8]] = []
  private var numbers: [[UInt8]: Int32] = [:]
  /// Position of that field by type, -1 none.
  private(set) var keyFields: [Int] = []
  var keyField: String?

  mutating func update(_ types: [EventType]) {
    for type in types[keyFields.count...] {
      keyFields.append(keyField.flatMap { type.index(ofField: $0) } ?? -1)
    }
  }

  mutating func restart() {
    rows = DurationRows()
    parents = []
  }

  mutating func note(
    _ place: Int32, group: Int32, _ values: [(name: String, value: FilterInstance.Value)]
  ) {
    guard place >= 0 else { return }
    while groups.count <= Int(place) {
      groups.append(0)
      fields.append([])
    }
    groups[Int(place)] = group
    fields[Int(place)] = values
  }

  func group(_ place: Int32) -> Int32 { Int(place) < groups.count ? groups[Int(place)] : 0 }

  func fields(_ place: Int32) -> [(name: String, value: FilterInstance.Value)] {
    Int(place) < fields.count ? fields[Int(place)] : []
  }

  /// The number of a field's value.
  mutating func number(_ value: FilterInstance.Value?) -> Int32 {
    let text: [UInt8] =
      switch value {
      case .number(let number), .named(let number, _): Array("\(number)".utf8)
      case .unsigned(let number): Array("\(number)".utf8)
      case .float(let number): Array("\(number)".utf8)
      case .text(let text): text
      case nil: []
      }
    if let known = numbers[text] { return known }
    // Values without number go together.
    guard values.count < 1 << 14 else { return 0 }
    let number = Int32(values.count)
    values.append(text)
    numbers[text] = number
    return number
  }

  mutating func see(parent: Int32, of row: Int) {
    while parents.count <= row { parents.append(-2) }
    if parents[row] == -2 {
      parents[row] = parent
    } else if parents[row] != parent {
      parents[row] = -3
    }
  }
}

extension StatisticsPass {
  /// Remembers what a begin says, where somebody will ask.
  mutating func beginSpan(_ record: StateRecord, _ group: FlatGroup, _ row: Int) {
    guard rare.spans.keyField != nil || hasFilter else { return }
    guard let place = tracking.spans.lastBegun else { return }
    var number: Int32 = 0
    if rare.spans.keyField != nil {
      let field = rare.spans.keyFields[Int(group.type.index)]
      let type = types[Int(group.type.index)]
      number = rare.spans.number(
        field >= 0 ? group.columns[field].value(row, as: type.fields[field].type) : nil)
    }
    rare.spans.note(place, group: number, hasFilter ? fields(group, row) : [])
  }

  mutating func endSpan(_ record: StateRecord, _ group: FlatGroup, _ row: Int) {
    let now = tracking.now
    let dense = tracking.threads.index(of: record.thread)
    let name = tracking.spans.name(ofType: Int64(group.type.index))
    guard let span = tracking.endedSpan else {
      guard window.counts(endAt: now), name >= 0, !hasFilter else { return }
      let place = rare.spans.rows.row(group: 0, name: Int64(name))
      rare.spans.rows.rows[place].orphans &+= 1
      return
    }
    tracking.endedSpan = nil
    if let finder = rare.finder, finder.watchesSpans {
      finder.noteSpan(
        tracking.spans.names[Int(span.name)], record.thread, from: span.begin, to: now)
    }
    let isCounted = window.counts(endAt: now)
    guard isCounted || (now >= window.to && span.begin < window.to) else { return }
    let state = tracking.threads.table[dense]
    if hasFilter {
      var instance = instance(dense, cpu: state.cpu, start: span.begin)
      let type = types[Int(group.type.index)]
      instance.event = type.name
      instance.system = type.system
      instance.duration = span.wall
      instance.fields = rare.spans.fields(span.place) + fields(group, row)
      instance.spans.append(tracking.spans.names[Int(span.name)])
      guard admits(instance) else { return }
    }
    if blame.isWanted, isCounted { takeSpanBlame(dense, span) }
    let place = rare.spans.rows.row(
      group: spanGroup(span, dense, record.thread), name: Int64(span.name))
    guard isCounted else {
      rare.spans.rows.rows[place].censored &+= 1
      rare.spans.rows.rows[place].longestCensored = max(
        rare.spans.rows.rows[place].longestCensored, window.to &- span.begin)
      return
    }
    guard span.isCertain else {
      rare.spans.rows.rows[place].unpaired &+= 1
      return
    }
    rare.spans.see(parent: span.parent, of: place)
    let isWorst = span.wall > rare.spans.rows.rows[place].histogram.max
    rare.spans.rows.rows[place].histogram.record(span.wall, at: span.begin)
    rare.spans.rows.rows[place].selfTime &+= span.selfWall
    rare.spans.rows.rows[place].run &+= span.parts.run
    rare.spans.rows.rows[place].runnable &+= span.parts.runnable
    rare.spans.rows.rows[place].disk &+= span.parts.disk
    rare.spans.rows.rows[place].blocked &+= span.parts.blocked
    rare.spans.rows.rows[place].sleep &+= span.parts.sleep &+ span.parts.lock
    rare.spans.rows.rows[place].lock &+= span.parts.lock
    rare.spans.rows.rows[place].suspended &+= span.suspended
    if isWorst {
      rare.spans.rows.rows[place].worst = WorstInstance(
        start: span.begin, thread: record.thread, label: state.label, cpu: state.cpu)
    }
  }

  private mutating func spanGroup(
    _ span: EndedSpan, _ dense: Int, _ thread: ThreadNumber
  ) -> Int {
    switch groups.key {
    case .parent: groups.index(Int64(span.parent))
    case .field: groups.index(Int64(rare.spans.group(span.place)))
    default:
      groups.group(
        thread, tracking.threads.table[dense].label, cpu: tracking.threads.table[dense].cpu)
    }
  }

  /// Spans that are open at the end of the window.
  mutating func censorSpans() {
    guard !hasFilter else { return }
    let end = min(window.to, ended)
    var open: [(Int32, UInt64)] = []
    for dense in 1..<max(1, tracking.threads.count) where tracking.threads.isUsed(dense) {
      tracking.spans.forEachOpen(in: tracking.threads.table[dense].stack) { open.append(($0, $1)) }
    }
    tracking.spans.forEachOpenElsewhere { open.append(($0, $1)) }
    for (name, begin) in open where begin < end {
      let place = rare.spans.rows.row(
        group: groups.key == nil ? 0 : groups.index(-1), name: Int64(name))
      rare.spans.rows.rows[place].censored &+= 1
      rare.spans.rows.rows[place].longestCensored = max(
        rare.spans.rows.rows[place].longestCensored, end &- begin)
    }
  }
}

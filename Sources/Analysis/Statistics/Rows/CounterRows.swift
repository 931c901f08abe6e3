import Events

/// A counter's values over time.
struct CounterRow {
  var type: Int
  var field: Int
  var process: ProcessNumber
  var samples: UInt64 = 0
  var first = 0.0
  var last = 0.0
  var least = Double.infinity
  var most = -Double.infinity
  /// Since when the last value holds, and value × time within the window.
  var since: UInt64 = 0
  var valueTime = 0.0
  var time: UInt64 = 0
  var isWhole = true

  var average: Double? { time > 0 ? valueTime / Double(time) : nil }

  /// The value that held up to now goes into the average.
  mutating func hold(until key: UInt64, _ window: StatisticsWindow) {
    guard since > 0 else { return }
    let overlap = window.overlap(since, key)
    valueTime += last * Double(overlap)
    time &+= overlap
  }
}

struct CounterRows {
  private struct Place: Hashable {
    var type: Int
    var field: Int
    var process: ProcessNumber
  }

  var rows: [CounterRow] = []
  private var numbers: [Place: Int] = [:]
  /// Fields of each type that are numbers; empty for what is no counter.
  private(set) var fields: [[Int]] = []

  mutating func update(_ types: [EventType]) {
    for type in types[fields.count...] {
      guard type.kind == .counter, type.origin == .program else {
        fields.append([])
        continue
      }
      fields.append(
        type.fields.indices.filter {
          switch type.fields[$0].type {
          case .unsigned, .signed, .float, .bool: true
          default: false
          }
        })
    }
  }

  /// Forgets all but the values that hold.
  mutating func restart() {
    for place in rows.indices {
      var row = CounterRow(
        type: rows[place].type, field: rows[place].field, process: rows[place].process)
      row.last = rows[place].last
      row.since = rows[place].since
      row.isWhole = rows[place].isWhole
      rows[place] = row
    }
  }

  mutating func row(_ type: Int, _ field: Int, _ process: ProcessNumber) -> Int {
    let place = Place(type: type, field: field, process: process)
    if let known = numbers[place] { return known }
    numbers[place] = rows.count
    rows.append(CounterRow(type: type, field: field, process: process))
    return rows.count - 1
  }
}

extension StatisticsPass {
  mutating func takeCounter(
    _ batch: FlatBatch, _ group: FlatGroup, _ row: Int, _ position: Int, thread: ThreadNumber,
    at time: UInt64
  ) {
    let number = Int(group.type.index)
    guard time < window.to, number < rare.counters.fields.count else { return }
    let dense = tracking.threads.index(of: thread)
    let label = tracking.threads.table[dense].label
    if hasFilter {
      var instance = unsafe instance(dense, cpu: batch.cpus[position], start: time)
      instance.event = types[number].name
      instance.system = types[number].system
      instance.fields = fields(group, row)
      guard admits(instance) else { return }
    }
    for field in rare.counters.fields[number] {
      guard let value = group.columns[field].value(row, as: types[number].fields[field].type)
      else { continue }
      let amount: Double
      switch value {
      case .number(let number), .named(let number, _): amount = Double(number)
      case .unsigned(let number): amount = Double(number)
      case .float(let number): amount = number
      case .text: continue
      }
      let place = rare.counters.row(number, field, label.process)
      rare.counters.rows[place].hold(until: time, window)
      rare.counters.rows[place].since = max(1, time)
      rare.counters.rows[place].last = amount
      if case .float = value { rare.counters.rows[place].isWhole = false }
      guard time >= window.from else { continue }
      if rare.counters.rows[place].samples == 0 { rare.counters.rows[place].first = amount }
      rare.counters.rows[place].samples &+= 1
      rare.counters.rows[place].least = min(rare.counters.rows[place].least, amount)
      rare.counters.rows[place].most = max(rare.counters.rows[place].most, amount)
    }
  }
}
